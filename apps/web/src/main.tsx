import { render } from 'preact';
import { App } from './app.js';
import { applyTheme } from './parts/theme.js';
import './style/base.css';
import './style/parts.css';
import './style/list.css';

applyTheme();
const root = document.getElementById('page');
if (root !== null) render(<App />, root);
