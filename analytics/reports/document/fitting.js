"use strict";
// Makes what is presented fit the screen: the figure takes the height that is left, the words
// shrink a little, and what still finds no room stands behind "More", which the page then says.
window.fitting = (() => {
  const root = document.documentElement;
  // Below this, as when a page is enlarged to 200%, a slide scrolls as any page does.
  const roomy = window.matchMedia("(min-width: 48rem) and (min-height: 30rem)");
  const SIZES = ["1em", ".93em", ".86em", ".8em", ".74em"];
  const BESIDE = 0.64;
  const SMALL = 0.8;
  // Smaller than this nobody can read it: it keeps its size, and scrolls in its place.
  const LEAST = 0.6;
  const named = (number, one, many) => `${number} ${number === 1 ? one : many}`;

  const clear = (slide) => {
    slide.querySelectorAll(".cut").forEach((part) => part.classList.remove("cut"));
    const body = slide.querySelector(".body");
    body.classList.remove("larger", "tall");
    slide.querySelector(".figure:not(.of-own-width)")?.removeAttribute("tabindex");
    body.style.removeProperty("--shrunk");
    body.style.removeProperty("--figure-width");
  };

  // How large the figure stands, as a share of how large it was drawn.
  const fitFigure = (slide, body) => {
    const image = slide.querySelector(".figure img");
    if (!image || !image.naturalWidth) return 1;
    const hasWords = slide.querySelector(".words").children.length > 0;
    const most = body.clientWidth * (hasWords ? BESIDE : 1);
    const whole = Math.min(body.clientHeight / image.naturalHeight, most / image.naturalWidth);
    const scale = whole < LEAST ? Math.min(1, most / image.naturalWidth) : whole;
    if (scale > whole) {
      body.classList.add("tall");
      slide.querySelector(".figure").tabIndex = 0;
    }
    body.style.setProperty("--figure-width", `${Math.floor(scale * image.naturalWidth)}px`);
    return scale;
  };

  const fits = (body) => body.scrollHeight <= body.clientHeight + 1;

  const fitWords = (slide, body) => {
    for (const size of SIZES) {
      body.style.setProperty("--shrunk", size);
      if (fits(body)) return;
    }
    const ends = (name) => [...body.querySelectorAll(name)].slice(1).reverse();
    for (const part of [...ends("tbody tr"), ...ends(".words .sentences:not(.further) li")]) {
      part.classList.add("cut");
      if (fits(body)) return;
    }
  };

  const further = (slide, scale) => {
    const count = (name) => slide.querySelectorAll(name).length;
    const sentences = count(".sentences.further li, .sentences li.cut");
    const rows = count(".rest tbody tr");
    const cut = count("tr.cut");
    return [
      scale < SMALL && "the figure larger",
      !fits(slide.querySelector(".body")) && "the rest of these words",
      sentences && named(sentences, "more sentence", "more sentences"),
      cut && `${named(cut, "more row", "more rows")} of the table`,
      rows && `the table (${named(rows, "row", "rows")})`,
      count(".rest details.notes:not(.say)") && "notes",
      "what can be said",
      "the source",
    ].filter(Boolean);
  };

  // Lays a slide out; returns whether its figure is too small to be read with ease.
  const fit = (slide) => {
    const body = slide.querySelector(".body");
    root.classList.toggle("staged", Boolean(body) && roomy.matches);
    if (!body) return false;
    const isOpen = slide.classList.contains("open");
    clear(slide);
    slide.classList.remove("open");
    const cue = slide.querySelector(".further-cue");
    cue.hidden = false;
    cue.textContent = "More";
    const isStaged = root.classList.contains("staged");
    const scale = isStaged ? fitFigure(slide, body) : 1;
    if (isStaged) fitWords(slide, body);
    const parts = further(slide, scale);
    const label = isStaged ? "More (M)" : "More";
    cue.textContent = `${label}: ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}.`;
    cue.hidden = isOpen;
    slide.classList.toggle("open", isOpen);
    if (isOpen && isStaged) {
      slide.querySelectorAll(".cut").forEach((part) => part.classList.remove("cut"));
      body.classList.toggle("larger", scale < SMALL || !fits(body));
    }
    return body.classList.contains("larger");
  };

  return { fit, isStaged: () => root.classList.contains("staged") };
})();
