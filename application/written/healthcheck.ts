import { rewordServices, type Reword } from "./reworded";

/** A `healthcheck` that says no more than `disable: false` leaves the image's own as it is. */
export const silentHealthchecks: Reword = (config) =>
  rewordServices(config, (_name, { healthcheck, ...rest }) =>
    healthcheck && Object.values(healthcheck).every((value) => value === undefined || value === false)
      ? { service: rest, notices: [] }
      : undefined,
  );
