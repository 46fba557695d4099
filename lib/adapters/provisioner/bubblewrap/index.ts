export { createBubblewrapProvisioner } from "./bubblewrap-provisioner";
