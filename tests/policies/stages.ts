import type { StagePlan } from "../../plan/stage";
import { applicationOf, plainEdge } from "../components/project";
import { behindTunnel } from "../components/tunnel/behind";
import { building, decidedOf, elsewhere, pinned, promoted, withLogin } from "../components/shop";

/** An application as it should be, with a service of every kind that a stage treats in a way of its own. */
export const compose = `
x-service: &service
  healthcheck: { test: ["CMD", "ask-it"], interval: 1s }
  mem_limit: 64m
services:
  web:
    <<: *service
    build: ./web
    depends_on: { api: { condition: service_healthy }, migrate: { condition: service_completed_successfully } }
    environment: { API_URL: "http://api:3000", ENABLE_TEST_DATA: "false" }
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
    configs: [{ source: banner, target: /etc/banner }]
    networks: [front]
  api:
    <<: *service
    build: ./api
    secrets: [api_key]
    networks: [front, back]
  migrate: { build: ./api, profiles: [job], networks: [back] }
  smoke: { build: ./api, profiles: [check], networks: [front] }
  db:
    <<: *service
    image: postgres:16
    ports: ["127.0.0.1:5432:5432"]
    volumes: ["db-data:/var/lib/postgresql/data"]
    networks: [back]
networks: { front: , back: { internal: true } }
volumes: { db-data: }
secrets:
  api_key: { file: ./secrets/api_key }
configs:
  banner: { content: "This is \${SLIPWAY_STAGE}" }
`;

const domain = ["shop.example.com"];

/** With certificates of its own. */
function secure(plan: StagePlan): StagePlan {
  const edge = { ...plainEdge, domain };
  const ports = compose.replace('published: "8080"', 'published: "443"');
  const application = applicationOf({ "compose.yaml": ports, "secrets/api_key": "key" }, { ...plan.id, edge });
  return { ...plan, ...decidedOf(plan.id, application, edge) };
}

/** Every kind of stage that there is. */
export const stages: Record<string, StagePlan | Promise<StagePlan>> = {
  "that builds": building({ compose }),
  "that builds, pinned": pinned(true, { compose }),
  "that takes a release over": promoted({ compose }),
  "that takes a release over, pinned": pinned(false, { compose }),
  "with a login to its registry": withLogin(promoted({ compose })),
  "with a domain": secure(promoted({ compose })),
  "on another machine": elsewhere({ compose }),
  "that builds behind a tunnel": behindTunnel(building, { hostnames: domain }, compose),
  "that takes a release over behind a tunnel": behindTunnel(promoted, { hostnames: domain }, compose),
};
