(() => {
  const pad = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pad.clearRect(0, 0, 1, 1);
    pad.fillStyle = colour;
    pad.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pad.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((one, at) => one * top[3] + under[at] * (1 - top[3]));
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const clear = (one) => {
    let share = 1;
    for (let at = one; at; at = at.parentElement) share *= Number(getComputedStyle(at).opacity);
    return share;
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .skip, :disabled, [aria-hidden=true]");
  const spoken = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const poor = [];
  let looked = 0;
  for (const one of document.querySelectorAll("body *")) {
    const field = one.matches("textarea, input:not([type=file])");
    if (!(spoken(one) || field || one.matches("button svg, .rating svg")) || !seen(one)) continue;
    const style = getComputedStyle(one);
    const under = ground(one);
    const colour = rgba(style.color);
    const ink = over([...colour.slice(0, 3), colour[3] * clear(one)], under);
    const [light, dim] = [luminance(ink), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dim + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    looked += 1;
    if (ratio < (large || one.matches("svg") ? 3 : 4.5)) poor.push(`${one.tagName}.${one.getAttribute("class")} "${one.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return { looked, poor };
})()
