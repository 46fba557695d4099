"use client";
import { createContext, useContext } from "react";

/** Opens the sidebar where it is a drawer: on a phone. */
export const DrawerContext = createContext<() => void>(() => undefined);
export const useOpenDrawer = () => useContext(DrawerContext);
