"use strict";
// The page as it is read and printed.
(() => {
  const root = document.documentElement;
  const { slides, presenting, show, start, focus } = window.presenter;

  // A frame without an address of its own would follow a link within the page out of the page.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.hash.slice(1));
    const slide = slides.indexOf(target.closest(".slide"));
    if (presenting() && slide >= 0) {
      show(slide);
    } else {
      target.scrollIntoView();
      focus(target);
    }
  });

  // On paper, a figure is drawn no larger than it was drawn for, and no smaller than can be read.
  window.measured = (image) => {
    const { style } = image.closest(".figure");
    style.setProperty("--drawn-height", `${image.naturalHeight}px`);
    style.setProperty("--least", `min(${Math.round(0.47 * image.naturalHeight)}px, 212mm)`);
  };
  document.querySelectorAll(".figure img").forEach((image) => {
    image.addEventListener("load", () => window.measured(image));
    if (image.complete && image.naturalHeight) window.measured(image);
  });

  // What is wider than its place scrolls, and says so.
  const tell = (regions) => regions.forEach(({ target }) => {
    const cue = target.nextElementSibling;
    if (cue?.matches(".cue")) cue.hidden = target.scrollWidth <= target.clientWidth + 1;
  });
  const watch = new ResizeObserver(tell);
  document.querySelectorAll(".sideways").forEach((region) => watch.observe(region));

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));

  document.querySelector(".when-scripted").hidden = false;
  if (root.classList.contains("opens-presenting")) start(0);
})();
