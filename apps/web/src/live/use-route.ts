import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { readonly page: 'incidents' }
  | { readonly page: 'incident'; readonly id: string }
  | { readonly page: 'accuracy' }
  | { readonly page: 'nowhere' };

export function parseRoute(path: string): Route {
  if (path === '/') return { page: 'incidents' };
  if (path === '/a') return { page: 'accuracy' };
  const id = /^\/i\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return { page: 'nowhere' };
  try {
    return { page: 'incident', id: decodeURIComponent(id) };
  } catch {
    return { page: 'nowhere' };
  }
}

export function pathOf(id: string): string {
  return `/i/${encodeURIComponent(id)}`;
}

/** Goes to a page of ours without loading it anew. */
export function goTo(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** The page that the address names; ordinary clicks on links to our own pages stay within this one. */
export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const onMove = () => setPath(location.pathname);
    const onClick = (event: MouseEvent) => {
      const isPlain =
        event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!isPlain || link === null || link.origin !== location.origin || link.hash !== '') return;
      if (parseRoute(link.pathname).page === 'nowhere') return;
      event.preventDefault();
      goTo(link.pathname);
    };
    addEventListener('popstate', onMove);
    document.addEventListener('click', onClick);
    return () => {
      removeEventListener('popstate', onMove);
      document.removeEventListener('click', onClick);
    };
  }, []);
  return parseRoute(path);
}
