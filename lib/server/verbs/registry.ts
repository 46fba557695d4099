import { changeAgent } from "@/lib/domain/agent/change-agent";
import { createAgent } from "@/lib/domain/agent/create-agent";
import { deleteAgent } from "@/lib/domain/agent/delete-agent";
import { getAgent } from "@/lib/domain/agent/get-agent";
import { listAgents } from "@/lib/domain/agent/list-agents";
import { turnOffWorkspace, turnOnWorkspace } from "@/lib/domain/agent/turn-on-workspace";
import { createApiKey } from "@/lib/domain/api-key/create-api-key";
import { listApiKeys } from "@/lib/domain/api-key/list-api-keys";
import { revokeApiKey } from "@/lib/domain/api-key/revoke-api-key";
import { changeApp } from "@/lib/domain/app/change-app";
import { getApp } from "@/lib/domain/app/get-app";
import { listCandidates } from "@/lib/domain/app/list-candidates";
import { publishVersion } from "@/lib/domain/app/publish-version";
import { setLiveVersion } from "@/lib/domain/app/set-live-version";
import { getFileDiff } from "@/lib/domain/change/get-file-diff";
import { listChanges } from "@/lib/domain/change/list-changes";
import { listAudit } from "@/lib/domain/audit/list-audit";
import { verifyAudit } from "@/lib/domain/audit/verify-audit";
import { createChat } from "@/lib/domain/chat/create-chat";
import { editMessage } from "@/lib/domain/chat/edit-message";
import { listChats } from "@/lib/domain/chat/list-chats";
import { listEvents } from "@/lib/domain/chat/list-events";
import { listQueue } from "@/lib/domain/chat/list-queue";
import { readEventBody } from "@/lib/domain/chat/read-event-body";
import { removeMessage } from "@/lib/domain/chat/remove-message";
import { sendMessage } from "@/lib/domain/chat/send-message";
import type { Verb } from "@/lib/domain/define-verb";
import * as files from "@/lib/domain/file/file-verbs";
import { profileFile } from "@/lib/domain/file/profile-file";
import { changePassword } from "@/lib/domain/identity/change-password";
import { changeProfile } from "@/lib/domain/identity/change-profile";
import { disconnectAccount, startConnecting } from "@/lib/domain/identity/connect-account";
import { createTicket } from "@/lib/domain/identity/create-ticket";
import { endOtherSessions, endSession } from "@/lib/domain/identity/end-session";
import { getAccount } from "@/lib/domain/identity/get-account";
import { listSessions } from "@/lib/domain/identity/list-sessions";
import { renewRecoveryCodes, turnOffTotp } from "@/lib/domain/identity/turn-off-totp";
import { confirmTotp, startTotp } from "@/lib/domain/identity/turn-on-totp";
import { resendInvitation, revokeInvitation } from "@/lib/domain/invitation/change-invitation";
import { createInvitation } from "@/lib/domain/invitation/create-invitation";
import { listInvitations } from "@/lib/domain/invitation/list-invitations";
import { markWorkroom } from "@/lib/domain/mark/mark-workroom";
import { changeRole } from "@/lib/domain/member/change-role";
import { leaveOrg } from "@/lib/domain/member/leave-org";
import { listMembers } from "@/lib/domain/member/list-members";
import { removeMember } from "@/lib/domain/member/remove-member";
import { makeDefaultModel, removeModelKey } from "@/lib/domain/model/change-model-key";
import { connectModelKey } from "@/lib/domain/model/connect-model-key";
import { listModelKeys } from "@/lib/domain/model/list-model-keys";
import { changeOrg } from "@/lib/domain/org/change-org";
import { createOrganisation } from "@/lib/domain/org/create-org";
import { deleteOrg } from "@/lib/domain/org/delete-org";
import { getOrg } from "@/lib/domain/org/get-org";
import { listNotifications } from "@/lib/domain/notification/list-notifications";
import { readNotifications } from "@/lib/domain/notification/read-notifications";
import { getPush, subscribePush, unsubscribePush } from "@/lib/domain/notification/subscribe-push";
import { getViewer } from "@/lib/domain/org/get-viewer";
import { deleteSession } from "@/lib/domain/session/delete-session";
import { getSession } from "@/lib/domain/session/get-session";
import { listWorkspaceSessions } from "@/lib/domain/session/list-sessions";
import { openSession } from "@/lib/domain/session/open-session";
import { deletePlugin, listPlugins, renamePlugin } from "@/lib/domain/plugin/change-plugin";
import { cancelRun } from "@/lib/domain/run/cancel-run";
import { executeCommand } from "@/lib/domain/run/execute-command";
import { getRun, listRuns } from "@/lib/domain/run/list-runs";
import { runJavascript, runPython } from "@/lib/domain/run/run-code";
import { runPlugin } from "@/lib/domain/run/run-plugin";
import { listShares } from "@/lib/domain/share/list-shares";
import { putShare } from "@/lib/domain/share/put-share";
import { removeShare } from "@/lib/domain/share/remove-share";
import { changeStorage } from "@/lib/domain/storage/change-storage";
import { createStorage } from "@/lib/domain/storage/create-storage";
import { listStorages } from "@/lib/domain/storage/list-storages";
import { cancelStorageMove, getStorageMove, moveStorage } from "@/lib/domain/storage/move-storage";
import { removeStorage } from "@/lib/domain/storage/remove-storage";
import { testStorage, tryStorage } from "@/lib/domain/storage/test-storage";
import { listTurns } from "@/lib/domain/turn/list-turns";
import { stopChat } from "@/lib/domain/turn/stop-chat";
import { undoTurn } from "@/lib/domain/turn/undo-turn";
import { listVersions } from "@/lib/domain/version/list-versions";
import { readVersion } from "@/lib/domain/version/read-version";
import { restoreVersion } from "@/lib/domain/version/restore-version";
import { checkWalls } from "@/lib/domain/workroom/check-walls";
import { createWorkroom } from "@/lib/domain/workroom/create-workroom";
import { deleteWorkroom } from "@/lib/domain/workroom/delete-workroom";
import { getWorkroom } from "@/lib/domain/workroom/get-workroom";
import { listWalls } from "@/lib/domain/workroom/list-walls";
import { listWorkrooms } from "@/lib/domain/workroom/list-workrooms";
import { renameWorkroom } from "@/lib/domain/workroom/rename-workroom";
import { runCommand } from "@/lib/domain/workroom/run-command";
import { sleepWorkroom } from "@/lib/domain/workroom/sleep-workroom";
import { wakeWorkroom } from "@/lib/domain/workroom/wake-workroom";
import { changeQuota } from "@/lib/domain/workspace/change-quota";
import { getWorkspace } from "@/lib/domain/workspace/get-workspace";
import { sleepWorkspace, wakeWorkspace } from "@/lib/domain/workspace/wake-workspace";

const registered = [
  getViewer,
  createOrganisation,
  getOrg,
  changeOrg,
  deleteOrg,
  leaveOrg,
  listMembers,
  changeRole,
  removeMember,
  listInvitations,
  createInvitation,
  resendInvitation,
  revokeInvitation,
  listWorkrooms,
  createWorkroom,
  getWorkroom,
  renameWorkroom,
  deleteWorkroom,
  sleepWorkroom,
  wakeWorkroom,
  markWorkroom,
  listShares,
  putShare,
  removeShare,
  listWalls,
  checkWalls,
  runCommand,
  listAgents,
  createAgent,
  getAgent,
  changeAgent,
  deleteAgent,
  turnOnWorkspace,
  turnOffWorkspace,
  openSession,
  listWorkspaceSessions,
  getSession,
  deleteSession,
  getWorkspace,
  changeQuota,
  wakeWorkspace,
  sleepWorkspace,
  listChats,
  createChat,
  sendMessage,
  listQueue,
  editMessage,
  removeMessage,
  stopChat,
  listEvents,
  readEventBody,
  listTurns,
  undoTurn,
  files.listFolder,
  files.readFile,
  files.writeFile,
  files.appendFile,
  files.copyFile,
  files.moveFile,
  files.deleteFile,
  files.makeFolder,
  files.removeFolder,
  files.statFile,
  files.fileExists,
  files.editFile,
  files.searchFiles,
  files.globFiles,
  profileFile,
  listVersions,
  readVersion,
  restoreVersion,
  listChanges,
  getFileDiff,
  getApp,
  listCandidates,
  publishVersion,
  setLiveVersion,
  changeApp,
  listStorages,
  createStorage,
  changeStorage,
  removeStorage,
  tryStorage,
  testStorage,
  getStorageMove,
  moveStorage,
  cancelStorageMove,
  listModelKeys,
  connectModelKey,
  removeModelKey,
  makeDefaultModel,
  createTicket,
  listNotifications,
  readNotifications,
  getPush,
  subscribePush,
  unsubscribePush,
  listAudit,
  verifyAudit,
  executeCommand,
  runPython,
  runJavascript,
  runPlugin,
  listRuns,
  getRun,
  cancelRun,
  listPlugins,
  renamePlugin,
  deletePlugin,
  listApiKeys,
  createApiKey,
  revokeApiKey,
  getAccount,
  changeProfile,
  changePassword,
  listSessions,
  endSession,
  endOtherSessions,
  startTotp,
  confirmTotp,
  turnOffTotp,
  renewRecoveryCodes,
  startConnecting,
  disconnectAccount,
] as const;

/** Every door of the product that is not a byte stream. What is not in this list can't be asked for. */
export const verbs = registered as readonly unknown[] as readonly Verb[];
export type VerbName = (typeof registered)[number]["name"];
