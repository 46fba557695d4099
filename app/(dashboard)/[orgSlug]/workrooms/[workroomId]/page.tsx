import { RoomScreen } from "@/components/workroom/room-screen";

type RoomPageProps = { params: Promise<{ orgSlug: string; workroomId: string }> };

export default async function RoomPage({ params }: RoomPageProps) {
  const { orgSlug, workroomId } = await params;
  return <RoomScreen orgSlug={orgSlug} workroomId={workroomId} />;
}
