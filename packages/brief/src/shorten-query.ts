/**
 * A request as people read it: of two spellings of one parameter (`query.serviceName`, `query.service_name`: some servers know
 * this one, some that) the second is left out, and escapes that only hide a letter are undone. For reading; what was sent stands
 * in the query's own text.
 */
export function shortenQuery(text: string): string {
  const [, head = '', search = ''] = /^((?:GET|POST) [^?]*\?)(.*)$/.exec(text) ?? [];
  if (search === '') return text;
  const seen = new Set<string>();
  const shown: string[] = [];
  for (const parameter of search.split('&')) {
    const [name = '', ...value] = parameter.split('=');
    const key = JSON.stringify([name.replaceAll('_', '').toLowerCase(), value.join('=')]);
    if (seen.has(key)) continue;
    seen.add(key);
    shown.push(parameter.replaceAll(/%(?:2[Ff]|3[Aa]|2[Cc]|40|7[BbDd]|2[8-9])/g, decodeURIComponent));
  }
  return `${head}${shown.join('&')}`;
}
