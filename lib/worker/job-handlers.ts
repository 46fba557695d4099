import { saveEdits } from "@/lib/domain/checkpoint/save-edits";
import { mailInvitation } from "@/lib/domain/invitation/mail-invitation";
import type { Ports } from "@/lib/domain/context";
import { sendPush } from "@/lib/domain/notification/send-push";
import { cleanStorageMove } from "@/lib/domain/storage/clean-storage-move";
import { runStorageMove } from "@/lib/domain/storage/run-storage-move";
import { systemContext } from "@/lib/domain/system-context";
import { dispatchTurn } from "@/lib/domain/turn/dispatch-turn";
import { finishTurn } from "@/lib/domain/turn/finish-turn";
import { checkStartedRoom } from "@/lib/domain/workroom/check-walls";
import { reconcileWorkroom } from "@/lib/domain/workroom/reconcile-workroom";
import type { JobHandlers } from "@/lib/ports/job-queue";

/** Which verb of the domain does each job. */
export const jobHandlers = (ports: Ports): JobHandlers => ({
  reconcile_workroom: ({ name, orgId, workroomId }) =>
    reconcileWorkroom(systemContext(ports, orgId, name), workroomId),
  dispatch_turn: ({ name, orgId, chatId }) =>
    dispatchTurn(systemContext(ports, orgId, name), chatId),
  finish_turn: ({ name, orgId, turnId }) => finishTurn(systemContext(ports, orgId, name), turnId),
  check_walls: ({ name, orgId, workroomId }) =>
    checkStartedRoom(systemContext(ports, orgId, name), workroomId),
  checkpoint_workroom: ({ name, orgId, workroomId, actorId }) =>
    saveEdits(systemContext(ports, orgId, name), { workroomId, actorId }),
  move_storage: ({ name, orgId, workroomId }, signal) =>
    runStorageMove(systemContext(ports, orgId, name), workroomId, signal),
  clean_storage_move: ({ name, orgId, workroomId }) =>
    cleanStorageMove(systemContext(ports, orgId, name), workroomId),
  mail_invitation: ({ name, orgId, invitationId, secretBox }) =>
    mailInvitation(systemContext(ports, orgId, name), { invitationId, secretBox }),
  send_push: ({ name, orgId, notificationId, subscriptionId }) =>
    sendPush(systemContext(ports, orgId, name), { notificationId, subscriptionId }),
});
