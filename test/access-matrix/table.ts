import type { ErrorCode } from "@/lib/errors";
import type { VerbName } from "@/lib/server/verbs/registry";
import {
  changesThing,
  deletesOrg,
  editsOwnMessage,
  editsRoom,
  endsSession,
  makes,
  manages,
  managesAgent,
  managesThing,
  marksRoom,
  movesRoom,
  opensSession,
  ownsRoom,
  ownThing,
  ownThings,
  type Profile,
  readsAsMember,
  readsOrg,
  readsOwn,
  readsRoom,
  readsSession,
  readsThing,
  revokesKey,
  runsRoom,
} from "./profiles";
import {
  addOwner,
  seemAwake,
  saveFiles,
  sealBucket,
  writeEvent,
  writeFiles,
} from "./prepare-world";
import type { World } from "./world";

export type Row = {
  profile: Profile;
  /** Fields that the world has no value for by their name, or another one than that. */
  input?: (world: World) => Record<string, unknown>;
  /** What has to be there before somebody who may asks. */
  prepare?: (world: World) => Promise<void>;
  /** Somebody who may is let in, and then the thing's state says no: this is how. Without it, the answer must be 2xx. */
  passesWith?: ErrorCode;
};
const pushSubscription = {
  endpoint: "https://push.example.test/1",
  p256dh: "B".repeat(87),
  auth: "a".repeat(22),
};
const bucket = {
  endpoint: "http://127.0.0.1:9",
  bucket: "bucket",
  accessKeyId: "key",
  secretAccessKey: "secret",
};
const codeAndPath = () => ({ code: "1" }); // and a path, which is too much
const aCode = () => ({ code: "000000" });
const row = (profile: Profile, more: Omit<Row, "profile"> = {}): Row => ({ profile, ...more });

/**
 * Who may ask for what: every verb has a row, and a verb without one does not pass `npm run check` (nor a row without a
 * verb). See profiles.ts for the columns; most verbs need nothing but the name of a profile.
 */
export const table = {
  "viewer.get": row(readsOrg),
  "org.create": row(ownThings, { input: () => ({ name: "New" }) }),
  "org.get": row(readsOrg),
  "org.change": row(manages, { input: () => ({ name: "New" }) }),
  "org.delete": row(deletesOrg, {
    input: () => ({ confirmSlug: "another" }),
    passesWith: "invalid_input", // it was not typed right
  }),
  "member.list": row(readsOrg),
  "member.change_role": row(managesThing, {
    input: ({ inhabitants }) => ({ userId: inhabitants.member.userId, role: "viewer" }),
  }),
  "member.remove": row(managesThing, {
    input: ({ inhabitants }) => ({ userId: inhabitants.member.userId }),
  }),
  "member.leave": row(ownThings, { prepare: addOwner, passesWith: "conflict" }), // the last owner
  "invitation.list": row(manages),
  "invitation.create": row(manages, {
    input: () => ({ email: "new@example.test", role: "viewer" }),
  }),
  "invitation.resend": row(managesThing),
  "invitation.revoke": row(managesThing),
  "workroom.list": row(readsOrg),
  "workroom.create": row(makes),
  "workroom.get": row(readsRoom),
  "workroom.rename": row(editsRoom),
  "workroom.delete": row(ownsRoom),
  "workroom.sleep": row(editsRoom),
  "workroom.wake": row(editsRoom),
  "workroom.mark": row(marksRoom, { input: () => ({ isPinned: true }) }),
  "share.list": row(ownsRoom),
  "share.put": row(ownsRoom, {
    input: ({ inhabitants }) => ({ subject: inhabitants.member.userId, access: "view" }),
    passesWith: "conflict", // an open room needs no share
  }),
  "share.remove": row(ownsRoom, {
    input: ({ inhabitants }) => ({ subject: inhabitants.viewerWithEdit.userId }),
  }),
  "workroom.list_walls": row(readsRoom),
  "workroom.check_walls": row(runsRoom, { passesWith: "conflict" }), // it is asleep
  "workroom.exec": row(runsRoom, { passesWith: "conflict" }),
  "workspace.exec": row(runsRoom, { prepare: seemAwake, passesWith: "unavailable" }),
  "run.python": row(runsRoom, { input: codeAndPath, passesWith: "invalid_input" }),
  "run.javascript": row(runsRoom, { input: codeAndPath, passesWith: "invalid_input" }),
  "run.plugin": row(runsRoom, { passesWith: "invalid_input" }), // a plugin and a path are too much
  "run.list": row(readsRoom),
  "run.get": row(readsRoom),
  "run.cancel": row(runsRoom),
  "plugin.list": row(readsOrg),
  "plugin.rename": row(changesThing, { input: () => ({ name: "New" }) }),
  "plugin.delete": row(changesThing),
  "agent.list": row(readsOrg),
  "agent.create": row(makes, { input: () => ({ name: "Grace" }) }),
  "agent.get": row(readsThing),
  "agent.change": row(managesAgent, { input: () => ({ name: "Grace" }) }),
  "agent.delete": row(managesAgent),
  "agent.turn_on_workspace": row(managesAgent),
  "agent.turn_off_workspace": row(managesAgent),
  "session.open": row(opensSession, { input: () => ({ name: "New" }) }),
  "session.list": row(readsOwn),
  "session.get": row(readsSession),
  "session.delete": row(endsSession),
  "workspace.get": row(readsRoom),
  "workspace.change_quota": row(ownsRoom, { input: () => ({ quota: null }) }),
  "workspace.wake": row(editsRoom),
  "workspace.sleep": row(editsRoom),
  "chat.list": row(readsRoom),
  "chat.create": row(editsRoom),
  "chat.stop": row(editsRoom),
  "chat.list_events": row(readsRoom),
  "chat.read_event_body": row(readsRoom, { input: () => ({ seq: 1 }), prepare: writeEvent }),
  "message.send": row(editsRoom),
  "message.list_queue": row(readsRoom),
  "message.edit": row(editsOwnMessage),
  "message.remove": row(editsOwnMessage),
  "turn.list": row(readsRoom),
  "turn.undo": row(editsRoom, { passesWith: "conflict" }), // its files were not saved
  "file.ls": row(readsRoom, { prepare: writeFiles, input: () => ({ path: "site" }) }),
  "file.read": row(readsRoom, { prepare: writeFiles }),
  "file.stat": row(readsRoom, { prepare: writeFiles }),
  "file.exists": row(readsRoom, { prepare: writeFiles }),
  "file.search": row(readsRoom, { prepare: writeFiles, input: () => ({ pattern: "a", path: "" }) }),
  "file.glob": row(readsRoom, { prepare: writeFiles, input: () => ({ pattern: "*", path: "" }) }),
  "file.write": row(editsRoom, { prepare: writeFiles, input: () => ({ content: "b" }) }),
  "file.append": row(editsRoom, { prepare: writeFiles, input: () => ({ content: "b" }) }),
  "file.copy": row(editsRoom, { prepare: writeFiles }),
  "file.move": row(editsRoom, { prepare: writeFiles }),
  "file.delete": row(editsRoom, { prepare: writeFiles }),
  "file.mkdir": row(editsRoom, { input: () => ({ path: "new" }) }),
  "file.rmdir": row(editsRoom, { prepare: writeFiles, input: () => ({ path: "site" }) }),
  "file.edit": row(editsRoom, {
    prepare: writeFiles,
    input: () => ({ oldText: "a", newText: "b" }),
  }),
  "version.list": row(readsRoom, { prepare: writeFiles }),
  "version.read": row(readsRoom, {
    prepare: saveFiles,
    input: () => ({ path: "a.txt", seq: 2_000_000_000 }),
  }),
  "version.restore": row(editsRoom, {
    prepare: saveFiles,
    input: () => ({ path: "a.txt", seq: 2_000_000_000 }),
  }),
  "file.profile": row(readsRoom, { prepare: writeFiles, input: () => ({ path: "t.csv" }) }),
  "change.list": row(readsRoom, { prepare: writeFiles }),
  "change.get": row(readsRoom, { prepare: saveFiles }),
  "app.get": row(readsRoom),
  "app.list_candidates": row(readsRoom, { prepare: writeFiles }),
  "app.publish": row(ownsRoom, { prepare: writeFiles }),
  "app.set_live": row(ownsRoom),
  "app.change": row(ownsRoom),
  "storage.list": row(readsAsMember),
  "storage.create": row(manages, { input: () => bucket, passesWith: "invalid_input" }), // nothing is there
  "storage.change": row(managesThing, { input: () => ({ name: "New" }) }),
  "storage.remove": row(managesThing),
  "storage.try": row(manages, { input: () => bucket }),
  "storage.test": row(managesThing, { prepare: sealBucket }),
  "storage.get_move": row(readsRoom),
  "storage.move": row(movesRoom),
  "storage.cancel_move": row(movesRoom, { passesWith: "conflict" }), // nothing moves
  "model_key.list": row(readsOrg),
  "model_key.connect": row(manages, { passesWith: "invalid_input" }), // no model is there
  "model_key.remove": row(managesThing),
  "model_key.make_default": row(managesThing),
  "account.get": row(readsOwn),
  "account.list_sessions": row(readsOwn),
  "account.rename": row(ownThings, { input: () => ({ name: "Grace" }) }),
  "account.change_password": row(ownThings, { input: () => ({ password: "a long new password" }) }),
  "account.end_session": row(ownThing),
  "account.end_other_sessions": row(ownThings),
  "account.start_totp": row(ownThings),
  "account.confirm_totp": row(ownThings, { input: aCode, passesWith: "invalid_input" }),
  "account.turn_off_totp": row(ownThings, { input: aCode, passesWith: "conflict" }), // it is off
  "account.renew_recovery_codes": row(ownThings, { input: aCode, passesWith: "conflict" }),
  "account.start_connecting": row(ownThings, {
    input: () => ({ provider: "oidc" }),
    passesWith: "invalid_input", // no provider is set up
  }),
  "account.disconnect": row(ownThings, { input: () => ({ provider: "oidc", subject: "s" }) }),
  "api_key.list": row(readsOwn),
  "api_key.create": row(ownThings, { input: () => ({ name: "Robot", scopes: ["read"] }) }),
  "api_key.revoke": row(revokesKey),
  "notification.list": row(readsOwn),
  "notification.read": row(ownThings),
  "push.get": row(readsOwn),
  "push.subscribe": row(ownThings, { input: () => pushSubscription }),
  "push.unsubscribe": row(ownThing),
  "ticket.create": row(readsRoom, { input: () => ({ purpose: "preview" }) }),
  "audit.list": row(manages, { input: () => ({ from: undefined, to: undefined }) }),
  "audit.verify": row(manages),
} satisfies Record<VerbName, Row>;
