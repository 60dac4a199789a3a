"use strict";
(() => {
  const root = document.documentElement;
  const find = (name) => document.querySelector(name);
  const slides = [...document.querySelectorAll(".slide")];
  const bar = find(".presenter");
  const [previous, next] = [find(".previous"), find(".next")];
  const wholeScreen = find(".whole-screen");
  const presenting = () => root.classList.contains("presenting");
  let at = 0;

  const focus = (part) => part.focus({ preventScroll: true });
  const headingOf = (slide) => slide.querySelector("h2[tabindex]") || find("h1");

  const show = (number) => {
    at = Math.min(Math.max(number, 0), slides.length - 1);
    slides.forEach((slide, place) => slide.classList.toggle("current", place === at));
    previous.disabled = at === 0;
    next.disabled = at === slides.length - 1;
    find(".position").textContent = at === 0 ? "Front page" : `${at} of ${slides.length - 1}`;
    window.scrollTo(0, 0);
    focus(headingOf(slides[at]));
  };

  const start = (number) => {
    root.classList.add("presenting");
    bar.hidden = false;
    wholeScreen.hidden = !document.fullscreenEnabled;
    show(number);
  };

  const leave = () => {
    if (!presenting()) return;
    root.classList.remove("presenting");
    bar.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen();
    const heading = headingOf(slides[at]);
    heading.scrollIntoView();
    focus(at === 0 ? find(".present") : heading);
  };

  // Where the window may not fill the screen, as in some frames, it is presented in the window.
  const fillScreen = () => root.requestFullscreen?.().catch(() => {});

  document.addEventListener("fullscreenchange", () => {
    const full = Boolean(document.fullscreenElement);
    wholeScreen.hidden = full || !document.fullscreenEnabled;
    // Escape ends full screen without a key that could be heard here.
    if (!full) leave();
  });
  wholeScreen.addEventListener("click", fillScreen);
  find(".present").addEventListener("click", () => {
    start(1);
    fillScreen();
  });
  find(".leave").addEventListener("click", leave);
  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));

  const scrollsSideways = (part) => {
    const region = part.closest?.(".table-region, .of-own-width");
    return Boolean(region && region.scrollWidth > region.clientWidth);
  };
  const keys = {
    ArrowRight: () => show(at + 1),
    PageDown: () => show(at + 1),
    ArrowLeft: () => show(at - 1),
    PageUp: () => show(at - 1),
    Home: () => show(0),
    End: () => show(slides.length - 1),
    Escape: leave,
  };
  document.addEventListener("keydown", (event) => {
    const turn = keys[event.key];
    if (!presenting() || !turn || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key.startsWith("Arrow") && scrollsSideways(event.target)) return;
    event.preventDefault();
    turn();
  });

  let touch = null;
  document.addEventListener("touchstart", (event) => {
    const one = event.touches.length === 1 && !scrollsSideways(event.target);
    touch = one ? event.touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!presenting() || !touch) return;
    const across = event.changedTouches[0].clientX - touch.clientX;
    const down = event.changedTouches[0].clientY - touch.clientY;
    if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(down)) {
      show(at + (across < 0 ? 1 : -1));
    }
  }, { passive: true });

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

  // Presented, a figure is made to fit the window, but no label smaller than it was drawn.
  document.querySelectorAll(".figure img").forEach((image) => {
    const note = () => image.style.setProperty("--drawn-height", `${image.naturalHeight}px`);
    image.addEventListener("load", note);
    if (image.complete) note();
  });

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));

  find(".when-scripted").hidden = false;
  if (root.classList.contains("opens-presenting")) start(0);
})();
