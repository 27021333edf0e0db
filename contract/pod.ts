/**
 * What the generator writes into the pod and what the bundle finds there: paths, file names, and the two shell lines.
 * Both halves import this file, so that a path is spelled once.
 */

/** Our image (Dockerfile): node on PATH and the one bundle. */
export const IMAGE_COMMAND = ['node', '/app/lifeboat.cjs'] as const;

/**
 * The command of the first init container. The data path is an argument, beside the configuration, so that a
 * Vault that is there is recognised even where the configuration is broken.
 */
export function initCommand(dataPath: string): string[] {
  return [...IMAGE_COMMAND, 'init-container', '--data', dataPath];
}

/** Environment variable of our first init container that holds the restore slice as JSON. */
export const CONFIG_VARIABLE = 'LIFEBOAT_CONFIG';

/** Mount points. Everything of ours stands below one folder that no server image uses. */
export const MOUNTS = {
  /** An emptyDir shared by the three containers: runtime, note and configuration. */
  run: '/lifeboat/run',
  /** The Secret with the store's credentials. */
  store: '/lifeboat/store',
  /** The CA of the store's endpoint. */
  storeCa: '/lifeboat/store-ca',
  /** The Secret with the unseal shares. */
  unseal: '/lifeboat/unseal',
  /** The CA of Vault's listener. */
  vaultCa: '/lifeboat/vault-ca',
  /** The ConfigMap of the backup (charts/vault-lifeboat). */
  config: '/lifeboat/config',
  /** The Secret with the backup's login. */
  auth: '/lifeboat/auth',
  /** The projected service account token of the backup. */
  token: '/lifeboat/token',
} as const;

/** Files in `MOUNTS.run`. */
export const RUN_FILES = {
  /** Starts the bundle with the copied runtime: `lifeboat restore`, `lifeboat post-start`. */
  launcher: `${MOUNTS.run}/lifeboat`,
  /** The init container's decision for the second one, first line first. Written anew at each pod start. */
  note: `${MOUNTS.run}/note`,
  /** The restore slice, for the containers that lack the variable. */
  config: `${MOUNTS.run}/config.json`,
  /** Loader, libraries, node and bundle. */
  runtime: `${MOUNTS.run}/runtime`,
} as const;

/** The launcher's argument that only asks whether the copied node starts where it is: on this volume, in this image. */
export const CAN_RUN = 'can-run';

/** What to do where no program may be started from the shared emptyDir. Plain characters: it stands in a line of a shell. */
export const NOEXEC_HINT =
  'the volume is probably mounted noexec, as the file system of /var/lib/kubelet then is on this node: mount that without noexec, or keep the pod off this node, and delete the pod';

/** Where Kubernetes takes a container's last words from; it makes the file, and it is there in pods alone. */
export const TERMINATION_MESSAGE = '/dev/termination-log';

/** First line of the note when the server may start as it is. */
export const NOTHING_TO_DO = 'nothing to do';

/** The bundle's file in ConfigMap and `MOUNTS.config`. */
export const BACKUP_CONFIG_FILE = 'backup.json';

/** Byte strings that a raft or BoltDB file of an initialised server holds at least once, and a never initialised one never. */
export const INITIALISED_MARKS = ['core/seal-config', 'core/keyring'] as const;

/**
 * The command of the second init container. Fails where neither note nor runtime is there, so that an empty
 * Vault is never started by accident; with data present it lets the server start whatever is broken in lifeboat.
 */
export function restoreCommand(dataPath: string): string[] {
  const marks = INITIALISED_MARKS.map((mark) => `-e ${mark}`).join(' ');
  const line = [
    `note=; if [ -r ${RUN_FILES.note} ]; then read -r note < ${RUN_FILES.note} || true; fi`,
    `if [ "$note" = "${NOTHING_TO_DO}" ]; then exit 0; fi`,
    // Not `-x`: some shells say yes to it on a volume that is mounted noexec.
    `if { ${RUN_FILES.launcher} ${CAN_RUN}; } >/dev/null 2>&1; then exec ${RUN_FILES.launcher} restore; fi`,
    // The data path is an argument of the shell, never pasted into its program.
    `if grep -qs ${marks} "$1/vault.db" "$1/raft/raft.db"; then exit 0; fi`,
    `why="${MOUNTS.run} holds neither a note nor the runtime of lifeboat"`,
    `if [ -f ${RUN_FILES.launcher} ]; then why="the node that lifeboat copied to ${MOUNTS.run} does not start there (${NOEXEC_HINT})"; fi`,
    `echo "lifeboat restore: ERROR: $why, and $1 holds no Vault data. Not starting an empty Vault. See the log of the init container lifeboat-init." >&2`,
    'exit 11',
  ].join('\n');
  return ['/bin/sh', '-c', line, 'lifeboat-restore', dataPath];
}

/**
 * The postStart hook: starts the worker detached and returns 0, so that the container counts as started at once
 * (while a hook runs, `kubectl logs` refuses the container). Then a hook of the user's own runs, its exit code theirs.
 */
export function postStartCommand(theirs: readonly string[]): string[] {
  const line = [
    `if [ -f ${RUN_FILES.launcher} ]; then`,
    // Without setsid (very small images) the worker still runs, in the hook's session.
    '  s=; if command -v setsid >/dev/null 2>&1; then s=setsid; fi',
    // The container's log, where it can be opened; a worker that cannot be heard is better than none.
    '  out=/dev/null; if ( : >> /proc/1/fd/1 ) 2>/dev/null; then out=/proc/1/fd/1; fi',
    `  if { ${RUN_FILES.launcher} ${CAN_RUN}; } >/dev/null 2>&1; then`,
    `    LIFEBOAT_HEAP=96 $s ${RUN_FILES.launcher} post-start </dev/null >>"$out" 2>&1 &`,
    '  else',
    `    echo "lifeboat post-start: ERROR: the node that lifeboat copied to ${MOUNTS.run} does not start there (${NOEXEC_HINT}). Nothing unseals this server; do it by hand." >>"$out"`,
    '  fi',
    'fi',
    'if [ $# -gt 0 ]; then exec "$@"; fi',
    'exit 0',
  ].join('\n');
  return ['/bin/sh', '-c', line, 'lifeboat-post-start', ...theirs];
}
