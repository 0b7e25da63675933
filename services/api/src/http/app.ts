import { AppError } from "@lambda-lite/backplane/ports";
import express from "express";
import type { Express, NextFunction, Request, RequestHandler, Response } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";
import type { Registry } from "prom-client";
import { bearerToken } from "./authenticate.ts";
import type { Authenticate } from "./authenticate.ts";
import { jsonBody } from "./json-body.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import { sendProblem, toAppError } from "./problem.ts";
import type { Route } from "./routes.ts";
import { sendAnswer } from "./send-answer.ts";
import { webPage } from "./web-page.ts";

export interface AppDeps {
  routes: readonly Route[];
  authenticate: Authenticate;
  origins: OriginPolicy;
  registry: Registry;
  /** Throws when the API can't do its work. */
  checkReady: () => Promise<void>;
  /** Folder of the built page, if there is one. */
  webDir: string | undefined;
  logger: Logger;
}

/** Wires the routes into Express; the only file that knows both. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.use(requestLog(deps.logger));
  app.use(securityHeaders());
  app.use(guardOrigin(deps.origins));

  app.get("/healthz", (_request, response) => void response.type("text").send("ok\n"));
  app.get("/readyz", async (_request, response) => {
    await deps.checkReady();
    response.type("text").send("ready\n");
  });
  app.get("/metrics", async (_request, response) => {
    response.type(deps.registry.contentType).send(await deps.registry.metrics());
  });

  for (const route of deps.routes) mount(app, route, deps.authenticate);
  for (const [path, methods] of methodsByPath(deps.routes)) {
    app.all(path, (_request, response) => {
      response.set("allow", methods.join(", "));
      throw new AppError("METHOD_NOT_ALLOWED", `Here are ${methods.join(" and ")}`);
    });
  }
  app.use(webPage(deps.webDir));
  app.use(() => {
    throw new AppError("ROUTE_NOT_FOUND");
  });
  app.use(answerError(deps.logger));
  return app;
}

function mount(app: Express, { method, path, body, handle }: Route, authenticate: Authenticate) {
  // The key comes first: a stranger's body isn't even read.
  const authenticated: RequestHandler = (request, response, next) => {
    response.locals["principal"] = authenticate(bearerToken(request.get("authorization")));
    next();
  };
  app[method](path, authenticated, ...(body ? jsonBody() : []), async (request: Request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort("closed"));
    const answer = await handle({
      principal: response.locals["principal"],
      params: request.params as Record<string, string>,
      query: request.query,
      body: request.body,
      header: (name) => request.get(name),
      signal: gone.signal,
    });
    await sendAnswer(response, answer);
  });
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  return methods;
}

function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    // Probes and scrapes come every few seconds and say nothing.
    autoLogging: { ignore: ({ url }) => /^\/(healthz|readyz|metrics)/.test(url ?? "") },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? "error" : "debug"),
    // Neither headers nor bodies: they hold keys and people's code.
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  });
}

/** Monaco and its kind need inline styles; nothing needs an inline script. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    // The API itself speaks plain HTTP; whoever ends TLS in front of it sets this.
    strictTransportSecurity: false,
  });
}

/** RFC 9110 section 9.2.1. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

function guardOrigin(origins: OriginPolicy): RequestHandler {
  return (request, _response, next) => {
    const { host, origin } = request.headers;
    if (!origins.allowsHost(host)) {
      throw new AppError("FORBIDDEN_ORIGIN", "Without an API key only loopback names are served");
    }
    // A page anywhere may send a request without a body, and needs no answer to have done its harm.
    if (!SAFE_METHODS.has(request.method) && !origins.allowsOrigin(origin, host))
      throw new AppError("FORBIDDEN_ORIGIN");
    next();
  };
}

function answerError(logger: Logger) {
  // Express knows an error handler by its four parameters.
  return (cause: unknown, _request: Request, response: Response, next: NextFunction): void => {
    const error = toAppError(cause);
    if (error.code === "INTERNAL") logger.error({ err: cause }, "request failed");
    if (response.headersSent) return next(cause);
    sendProblem(response, error);
  };
}
