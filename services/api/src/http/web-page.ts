import { AppError } from "@lambda-lite/backplane/ports";
import express from "express";
import type { RequestHandler } from "express";

/** Names with a hash of their content never change what they hold. */
const HASHED_ASSET = /[/\\]assets[/\\]/;
const YEAR_SECONDS = 31_536_000;

/** Serves the built page, or says how to get one. */
export function webPage(webDir: string | undefined): RequestHandler {
  if (webDir === undefined) {
    return (request, _response, next) => {
      if (request.path !== "/") return next();
      throw new AppError(
        "ROUTE_NOT_FOUND",
        "The page isn't built here: npm run build -w web. While npm start runs, it is at http://127.0.0.1:5173",
      );
    };
  }
  return express.static(webDir, {
    setHeaders(response, path) {
      const immutable = `public, max-age=${YEAR_SECONDS}, immutable`;
      response.setHeader("cache-control", HASHED_ASSET.test(path) ? immutable : "no-cache");
    },
  });
}
