// A picture made fit to send: of a size that a phone sends quickly, and without what a photo tells of its
// place and time. Rejects what is no picture.
const LONGEST_PX = 1600;
const AS_IT_IS = /^image\/(png|gif|webp)$/;
const QUALITY = 0.85;

export async function fit(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  // Drawn anew, a GIF would stand still.
  if (file.type === "image/gif" || (scale === 1 && AS_IT_IS.test(file.type))) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
