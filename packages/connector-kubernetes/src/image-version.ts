import * as z from 'zod';

const containersSchema = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string().nullish() })) }),
});

/** The version of a service in a pod template: the tag of the container called like it, of an image called like it, or of the first. */
export function versionInTemplate(template: unknown, names: readonly string[]): string | undefined {
  const containers = containersSchema.safeParse(template).data?.spec.containers ?? [];
  const own =
    containers.find(({ name }) => names.includes(name)) ??
    containers.find(({ image }) => names.includes(imageName(image ?? '')));
  return tagOf((own ?? containers[0])?.image ?? '');
}

/** `registry:5000/team/api:v1@sha256:...` is of `api`. */
function imageName(image: string): string {
  return (image.split('@')[0] ?? '').split('/').at(-1)?.split(':')[0] ?? '';
}

function tagOf(image: string): string | undefined {
  const tag = /:(\w[\w.-]{0,127})$/.exec(image.split('@')[0] ?? '')?.[1];
  return tag === 'latest' ? undefined : tag;
}
