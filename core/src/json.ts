/** Manifests are data, never text: any name, image or label survives the way to the API server and back. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
