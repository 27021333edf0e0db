/** The formats by name and in words, without their code: the command line tells of them before it loads any. */
export const FORMATS_IN_WORDS = {
  values: 'values for both charts; always written, the others refer to it',
  manifests: 'plain objects of Kubernetes, as helm template makes them',
  argocd: 'an Argo CD Application for the server, one for the backup',
  flux: 'a kustomization for Flux, with a HelmRelease for each chart',
  helmfile: 'a helmfile.yaml with both releases',
  kustomize: 'a kustomization for each chart, and one for all',
} as const;

export type FormatChoice = keyof typeof FORMATS_IN_WORDS;

/** Those that are written besides the values. */
export type FormatName = Exclude<FormatChoice, 'values'>;

export const FORMAT_CHOICES = Object.keys(FORMATS_IN_WORDS) as readonly FormatChoice[];

export const FORMAT_NAMES = FORMAT_CHOICES.filter((name): name is FormatName => name !== 'values');
