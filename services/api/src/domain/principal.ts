/** On whose behalf a request is handled. Every handler gets one. */
export interface Principal {
  /** Owner of the jobs that it submits, and the only one whose jobs it sees. */
  owner: string;
}

/** In open local mode, and for the bootstrap key: everything belongs to one owner. */
export const LOCAL_PRINCIPAL: Principal = { owner: "local" };
