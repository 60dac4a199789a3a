"use strict";
// One exhibit at a time, by keys, buttons and swipes.
window.presenter = (() => {
  const root = document.documentElement;
  const find = (name) => document.querySelector(name);
  const slides = [...document.querySelectorAll(".slide")];
  const bar = find(".presenter");
  const [previous, next, more] = [find(".previous"), find(".next"), find(".more")];
  const wholeScreen = find(".whole-screen");
  const presenting = () => root.classList.contains("presenting");
  let at = 0;

  const focus = (part) => part.focus({ preventScroll: true });
  const headingOf = (slide) => slide.querySelector("h2[tabindex]") || find("h1");
  const isOpen = () => slides[at].classList.contains("open");

  // What scrolls now: a tall figure, what is behind More, or a page longer than a small screen.
  const scroller = () => {
    if (!fitting.isStaged()) return document.scrollingElement;
    const part = isOpen() ? ".scroller" : ".tall .figure";
    return slides[at].querySelector(part) || document.scrollingElement;
  };
  const canScroll = (down) => {
    const part = scroller();
    if (!down) return part.scrollTop > 1;
    return part.scrollTop + part.clientHeight < part.scrollHeight - 2;
  };
  const tellBelow = () => { find(".below").hidden = !presenting() || !canScroll(true); };

  const fit = () => {
    if (presenting()) fitting.fit(slides[at]);
    tellBelow();
  };

  // What is open can be scrolled by keys, so it can be reached by them.
  const setOpen = (open) => {
    const slide = slides[at];
    const part = slide.querySelector(".scroller");
    slide.classList.toggle("open", open);
    more.setAttribute("aria-expanded", String(open));
    if (!part) return;
    const said = open ? { role: "region", tabindex: "0", "aria-label": "More of the exhibit" } : {};
    ["role", "tabindex", "aria-label"].forEach((name) => {
      if (name in said) part.setAttribute(name, said[name]);
      else part.removeAttribute(name);
    });
    part.scrollTop = 0;
  };

  const turnMore = () => {
    const slide = slides[at];
    const rest = slide.querySelector(".rest");
    if (!rest) return;
    setOpen(!isOpen());
    if (isOpen()) rest.querySelectorAll("details:not(.say)").forEach((part) => { part.open = true; });
    const isLarger = fitting.fit(slide);
    if (!isOpen()) {
      window.scrollTo(0, 0);
      focus(headingOf(slide));
    } else {
      const part = slide.querySelector(".scroller");
      if (!isLarger && slide.querySelector(".figure")) rest.scrollIntoView({ behavior: "instant" });
      focus(part);
    }
    tellBelow();
  };

  const show = (number) => {
    if (slides[at].classList.contains("open")) setOpen(false);
    at = Math.min(Math.max(number, 0), slides.length - 1);
    slides.forEach((slide, place) => slide.classList.toggle("current", place === at));
    previous.disabled = at === 0;
    next.disabled = at === slides.length - 1;
    more.disabled = at === 0;
    find(".position").textContent = at === 0 ? "Front page" : `${at} of ${slides.length - 1}`;
    fit();
    window.scrollTo(0, 0);
    scroller().scrollTop = 0;
    focus(headingOf(slides[at]));
    tellBelow();
  };

  const start = (number) => {
    root.classList.add("presenting");
    bar.hidden = false;
    wholeScreen.hidden = !document.fullscreenEnabled;
    show(number);
  };

  const leave = () => {
    if (!presenting()) return;
    setOpen(false);
    root.classList.remove("presenting", "staged");
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
  more.addEventListener("click", turnMore);

  const scrollsSideways = (part) => {
    const region = part.closest?.(".sideways");
    return Boolean(region && region.scrollWidth > region.clientWidth);
  };
  // Down the page while there is more of it below, and then to the next exhibit.
  const move = (share) => {
    if (!canScroll(share > 0)) return show(at + Math.sign(share));
    const part = scroller();
    return part.scrollBy({ top: share * part.clientHeight, behavior: "instant" });
  };
  const keys = {
    arrowright: () => show(at + 1),
    arrowleft: () => show(at - 1),
    arrowdown: () => move(0.3),
    arrowup: () => move(-0.3),
    pagedown: () => move(0.8),
    pageup: () => move(-0.8),
    home: () => show(0),
    end: () => show(slides.length - 1),
    m: turnMore,
    f: fillScreen,
    escape: leave,
  };
  document.addEventListener("keydown", (event) => {
    const name = event.key.toLowerCase();
    const turn = keys[name];
    if (!presenting() || !turn || event.altKey || event.ctrlKey || event.metaKey) return;
    const isSideways = name === "arrowleft" || name === "arrowright";
    if (isSideways && scrollsSideways(event.target)) return;
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

  window.addEventListener("resize", fit);
  document.addEventListener("scroll", tellBelow, { capture: true, passive: true });
  document.addEventListener("toggle", tellBelow, { capture: true });
  document.querySelectorAll(".figure img").forEach((image) => image.addEventListener("load", fit));

  return { slides, presenting, show, start, focus };
})();
