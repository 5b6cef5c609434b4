// PostGraphile 5 as its documentation sets it up for production: the amber preset, the tenant out of
// a signed token, and row-level security by pgSettings. Takes PostgreSQL's address, the port and the
// secret of the tokens.
import { createServer } from "node:http";
import jwt from "jsonwebtoken";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const [connectionString, port, secret] = process.argv.slice(2);

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  // It hides orders without an index, which wisplink offers.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  // A list as wisplink's, beside the connection.
  schema: { defaultBehavior: "+connection +list" },
  pgServices: [
    makePgService({ connectionString, schemas: ["public"], pubsub: false, poolConfig: { max: 16 } }),
  ],
  grafserv: { graphiql: false, websockets: false },
  grafast: {
    explain: false,
    context(request) {
      const bearer = request.node.req.headers.authorization.slice("Bearer ".length);
      const { tenant_id } = jwt.verify(bearer, secret, { algorithms: ["HS256"], issuer: "wisplink" });
      return { pgSettings: { role: "wisplink_api", "app.current_tenant": tenant_id } };
    },
  },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(port), "127.0.0.1");
