import { describe, expect, it } from "vitest";
import {
  canGoBack,
  canGoForward,
  observeLength,
  startFrameHistory,
  steppedBack,
  steppedForward,
} from "./frame-history";

describe("frame history", () => {
  it("never goes back past the moment the frame was mounted", () => {
    let state = startFrameHistory(7);
    expect(canGoBack(state)).toBe(false);
    state = observeLength(state, 9);
    state = steppedBack(steppedBack(state));
    expect(canGoBack(state)).toBe(false);
    expect(canGoForward(state)).toBe(true);
  });

  it("forgets the way forward when the frame moves on", () => {
    let state = steppedBack(observeLength(startFrameHistory(3), 4));
    expect(canGoForward(state)).toBe(true);
    state = observeLength(state, 5);
    expect(canGoForward(state)).toBe(false);
  });

  it("keeps both buttons dead when the browser caps the length of its history", () => {
    const state = observeLength(startFrameHistory(50), 50);
    expect(canGoBack(state)).toBe(false);
    expect(canGoForward(steppedForward(state))).toBe(false);
  });
});
