import { AppProviders } from "@/components/app/app-providers";
import { HomeRedirect } from "@/components/app/home-redirect";

export default function HomePage() {
  return (
    <AppProviders>
      <HomeRedirect />
    </AppProviders>
  );
}
