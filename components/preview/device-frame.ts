export const deviceFrames = ["full", "tablet", "phone"] as const;
export type DeviceFrame = (typeof deviceFrames)[number];

/** CSS pixels of the screens people mean by these words. */
export const deviceSizes: Record<
  Exclude<DeviceFrame, "full">,
  { width: number; height: number }
> = {
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
};

export const deviceLabels: Record<DeviceFrame, string> = {
  full: "Full width",
  tablet: "Tablet, 820 wide",
  phone: "Phone, 390 wide",
};
