// Charts to take away: a picture (PNG) of each, and the code to embed it elsewhere. The SVG and CSV files stand beside
// the page; nothing is sent anywhere. On paper a page without an address of its own gets the one it was read at.
(() => {
  "use strict";
  const SHARP = 2; // pixels of the picture for each of the drawing

  const picture = async (link) => {
    const image = new Image();
    image.src = link.href;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {
      width: image.naturalWidth * SHARP,
      height: image.naturalHeight * SHARP,
    });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png");
    });
  };

  const save = async (link) => {
    const address = URL.createObjectURL(await picture(link));
    const name = link.href.split("/").pop().replace(/svg$/, "png");
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const code = (link, title) => {
    const page = location.href.split(/[?#]/)[0];
    return `<a href="${quoted(page)}"><img src="${quoted(link.href)}" alt="${quoted(title)}" style="max-width: 100%"></a>`;
  };

  // The page for a frame is below embed/, at the place that the drawing has on the site.
  const root = new URL("..", document.currentScript.src).href;
  const frame = async (link, title) => {
    const image = new Image();
    image.src = link.href;
    await image.decode();
    const address = `${root}embed/${link.href.slice(root.length).replace(/svg$/, "html")}`;
    const size = `width="${image.naturalWidth}" height="${image.naturalHeight}"`;
    const look = 'style="border: 0; max-width: 100%"';
    return `<iframe src="${quoted(address)}" title="${quoted(title)}" ${size} ${look} loading="lazy"></iframe>`;
  };

  const told = () => Object.assign(document.createElement("span"), { role: "status" });
  const maker = (status) => (text, act, failed) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.addEventListener("click", async () => {
      try {
        status.textContent = await act();
      } catch {
        status.textContent = failed;
      }
    });
    return made;
  };

  for (const line of document.querySelectorAll(".take")) {
    const link = line.querySelector("a");
    const words = line.closest("figure, .hundred, section, div").querySelector("figcaption, title, h2");
    const title = `${document.querySelector("h1").textContent}: ${words.textContent}`;
    const status = told();
    const button = maker(status);
    const png = button("PNG", async () => {
      await save(link);
      return "";
    }, "A picture can only be made where the page comes from a web server.");
    const embed = button("Copy code to embed", async () => {
      await navigator.clipboard.writeText(code(link, title));
      return "Copied.";
    }, code(link, title));
    const framed = button("Copy code of a frame", async () => {
      await navigator.clipboard.writeText(await frame(link, title));
      return "Copied.";
    }, "Copying is not allowed here.");
    line.append(" ", png, " ", embed, " ", framed, " ", status);
  }

  const copied = (line, words) => {
    const status = told();
    const copy = maker(status)("Copy", async () => {
      await navigator.clipboard.writeText(words.textContent);
      return "Copied.";
    }, "Copying is not allowed here. Select it and copy it.");
    line.append(" ", copy, " ", status);
  };

  // The address of a feed, to be copied into a reader.
  for (const line of document.querySelectorAll(".feed")) {
    const link = line.querySelector("a");
    if (!link.textContent.includes("://")) link.textContent = link.href;
    copied(line, link);
  }

  // The code of a card. A site without an address has it from where it is read.
  for (const words of document.querySelectorAll("pre.code")) {
    words.textContent = words.textContent.replace(/(src|href)="(?!https?:)/g, `$1="${quoted(root)}`);
    const line = document.createElement("p");
    words.after(line);
    copied(line, words);
  }

  for (const place of document.querySelectorAll(".paper .address")) place.textContent = location.href.split("#")[0];
})();
