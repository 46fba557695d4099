/**
 * Back and forward for a frame of another origin. The frame's own moves (a link, a client-side route) are not visible
 * to the page, but each adds an entry to the tab's joint history, whose length is. Going back through the joint history
 * is safe only while it holds entries that were added after the frame was mounted; otherwise the whole tab would leave.
 *
 * Where the length can't tell (a move after going back replaces entries; browsers cap the length at 50) the answer errs
 * to "no", so a button is dead rather than the tab gone.
 */
export type FrameHistory = { lengthAtMount: number; length: number; stepsBack: number };

export const startFrameHistory = (length: number): FrameHistory => ({
  lengthAtMount: length,
  length,
  stepsBack: 0,
});

/** Takes in the current `history.length`; a longer one means that the frame moved on. */
export function observeLength(state: FrameHistory, length: number): FrameHistory {
  if (length <= state.length) return state;
  return { ...state, length, stepsBack: 0 };
}

export const canGoBack = (state: FrameHistory): boolean =>
  state.length - state.lengthAtMount - state.stepsBack > 0;

export const canGoForward = (state: FrameHistory): boolean => state.stepsBack > 0;

export const steppedBack = (state: FrameHistory): FrameHistory => ({
  ...state,
  stepsBack: state.stepsBack + 1,
});

export const steppedForward = (state: FrameHistory): FrameHistory => ({
  ...state,
  stepsBack: Math.max(0, state.stepsBack - 1),
});
