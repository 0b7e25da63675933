import { publishedNames } from "../images/image-names.ts";

/** The API's image under a second tag, for the upgrade to change to. */
export async function nextTag(): Promise<string> {
  const { api } = await publishedNames();
  return `${api.slice(api.lastIndexOf(":") + 1)}-next`;
}
