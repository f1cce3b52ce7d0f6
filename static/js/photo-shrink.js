/** <photo-shrink>: makes photos smaller before they are sent, around <input type="file">. */

import { make, word } from "./words.js";

const LONGEST_SIDE = 1_600;
const QUALITY = 0.8;
const PHOTOS = /^image\/(jpeg|png|webp|avif|heic|heif)$/;

class PhotoShrink extends HTMLElement {
  #note;

  connectedCallback() {
    const input = this.querySelector("input[type=file]");
    if (this.#note || !input || !window.createImageBitmap) return;
    this.#note = make("p", { class: "hint", "aria-live": "polite" });
    this.append(this.#note);
    input.addEventListener("change", () => this.#shrinkAll(input));
  }

  /** Until this is done the original stays chosen, so sending early only sends more. */
  async #shrinkAll(input) {
    const chosen = [...input.files];
    this.#note.textContent = "";
    const files = await Promise.all(chosen.map(shrink));
    const isStill = chosen.length === input.files.length && chosen.every((file, n) => file === input.files[n]);
    if (!isStill || files.every((file, n) => file === chosen[n])) return;
    const box = new DataTransfer();
    for (const file of files) box.items.add(file);
    input.files = box.files;
    this.#note.textContent = word("photo", { from: size(chosen), to: size(files) });
  }
}

/** The photo with its longest side at 1,600 pixels, upright; the file itself if that is not possible or no gain. */
async function shrink(file) {
  if (!PHOTOS.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
    const blob = scale < 1 && (await draw(picture, scale));
    if (!blob || blob.size >= file.size) return file;
    const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
    return new File([blob], name, { type: blob.type, lastModified: file.lastModified });
  } catch {
    return file; // a format this browser cannot read
  }
}

function draw(picture, scale) {
  const canvas = make("canvas", {
    width: Math.round(picture.width * scale),
    height: Math.round(picture.height * scale),
  });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function size(files) {
  const megabytes = files.reduce((sum, file) => sum + file.size, 0) / 1e6;
  const unit = { style: "unit", unit: "megabyte", maximumSignificantDigits: 2 };
  return new Intl.NumberFormat(document.documentElement.lang, unit).format(megabytes);
}

customElements.define("photo-shrink", PhotoShrink);
