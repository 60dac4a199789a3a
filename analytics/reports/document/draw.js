"use strict";
// Draws every figure in both widths, and puts the pictures where the page has a place for them.
(async () => {
  const root = document.documentElement;
  const told = JSON.parse(document.getElementById("figures").textContent);
  window.pictures = [];
  root.dataset.of = told.figures.length;
  root.dataset.drawn = 0;

  const draw = (figure, width) => {
    const size = { width: figure.layout.width || width, height: figure.layout.height };
    const layout = { ...figure.layout, ...size, autosize: false };
    return Plotly.toImage({ data: figure.data, layout }, { format: "svg", ...size });
  };

  const show = (place, pair) => {
    const image = place.querySelector("img");
    if (pair) {
      place.querySelector("source").srcset = pair.narrow;
      image.src = pair.wide;
      return image.decode().then(() => window.measured?.(image), () => {});
    }
    image.closest("picture").remove();
    place.querySelector(".undrawn").hidden = false;
    return null;
  };

  for (const [number, figure] of told.figures.entries()) {
    let pair = null;
    try {
      // One after the other: the library draws them all in the same hidden place.
      pair = { wide: await draw(figure, told.wide), narrow: await draw(figure, told.narrow) };
    } catch {
      // The page then says that the figure could not be drawn, and has its table.
    }
    window.pictures.push(pair);
    const place = document.querySelector(`[data-figure="${number}"]`);
    if (place) await show(place, pair);
    root.dataset.drawn = number + 1;
  }
  root.dataset.ready = "yes";
})();
