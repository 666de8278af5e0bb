/** A picture that a person adds: made small and free of its place and camera before it leaves the machine. */

const LONGEST = 1280;
const MOST_BYTES = 40_000_000;

/** A JPEG data URI of the file. Throws an Error whose message names a text of the page. */
export async function small(file) {
  if (!file.type.startsWith("image/")) throw new Error("notPicture");
  if (file.size > MOST_BYTES) throw new Error("tooLarge");
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("unreadable");
  });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", 0.9);
}

/** The first picture among what was pasted or dropped. */
export const pictureIn = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
