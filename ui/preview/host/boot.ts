import type * as real from "../../src/host/boot";
import { scene } from "./scenes";

/** The boot data of the chosen scene. */
export const readBoot: typeof real.readBoot = () => ({
  snapshot: scene.snapshot,
  firstPage: null,
  servers: [
    { key: "sandbox", kind: "sandbox" },
    { key: "https://api.example.com/v1", kind: "applivery" },
    { key: "", kind: "other" },
  ],
  // Every picture is this file. The id becomes its query string, which changes nothing.
  pictureOrigin: "/picture.svg?",
  dataFolder: "/home/owner/.local/share/lapel",
  version: "0.1.0",
  languages: ["es", "en", "fr", "de", "it", "zh", "pt", "ru"],
  limits: { nameLength: 128, pictureBytes: 64 * 1024 * 1024, pictureSide: 512, listBytes: 16 * 1024 * 1024 },
});
