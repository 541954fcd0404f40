import { useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const STORAGE_KEY = 'midwatch-theme';
const names: Readonly<Record<Theme, string>> = { auto: 'as this device', light: 'light', dark: 'dark' };
const signs: Readonly<Record<Theme, string>> = { auto: '◐', light: '☀', dark: '☾' };

/** A browser may forbid storage: then the choice lasts as long as the page. */
function readTheme(): Theme {
  try {
    return themes.find((each) => each === localStorage.getItem(STORAGE_KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export function applyTheme(theme: Theme = readTheme()): void {
  document.documentElement.dataset['theme'] = theme;
  // Charts are drawn in colours that they have read.
  dispatchEvent(new Event('midwatch-theme'));
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  const change = () => {
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // As above.
    }
    setTheme(next);
    applyTheme(next);
  };
  return (
    <button
      type="button"
      class="quiet"
      onClick={change}
      title={`Colours: ${names[theme]}; next: ${names[next]}`}
    >
      <span aria-hidden="true">{signs[theme]}</span>
      <span class="hidden">Colours: {names[theme]}</span>
    </button>
  );
}
