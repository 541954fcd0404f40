/** The day on which `models` was last compared with https://platform.claude.com/docs/en/about-claude/pricing. */
export const MODELS_AS_OF = '2026-11-23';

/** US dollars for a million tokens. Cache writes cost 1.25 times (5 min) and 2 times (1 h) the input. */
export interface ModelPrices {
  /** The row holds for prompts of at most so many tokens, cached ones included; absent: for all longer ones. */
  readonly upToInputTokens?: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
}

/** What is known of one model. A field that may be absent is absent where the documentation does not say. */
export interface ModelFacts {
  /** Also stands for the dated ids of the same model, such as `claude-haiku-4-5-20251001`. */
  readonly id: string;
  /** In rising order of `upToInputTokens`. */
  readonly prices: readonly ModelPrices[];
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** A shorter prefix is silently not cached. */
  readonly smallestCacheableTokens?: number;
  /** `budget`: only when asked for; `adaptive`: by default; `always`: cannot be switched off. It is billed as output. */
  readonly thinking: 'budget' | 'adaptive' | 'always';
  /** What this package asks for; absent where the model takes no effort. */
  readonly effort?: 'low' | 'medium';
  /** Whether `tool_choice` may force a tool. */
  readonly forcedTools?: boolean;
  /** Whether `temperature`, `top_p` and `top_k` are taken; no model does since API version 2026-10-21. */
  readonly sampling: boolean;
}

/**
 * Models that suit the task. Others may be named all the same: they are asked in the form that every
 * model takes, and their cost stays unknown.
 */
export const models: readonly ModelFacts[] = [
  {
    id: 'claude-haiku-5-5',
    prices: [
      { upToInputTokens: 100_000, input: 0.1, output: 0.5, cacheRead: 0.01 },
      { input: 0.5, output: 2.5, cacheRead: 0.05 },
    ],
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    smallestCacheableTokens: 512,
    thinking: 'adaptive',
    // The brief is due in seconds; at the default, medium, thinking alone may take them.
    effort: 'low',
    sampling: false,
  },
  {
    id: 'claude-haiku-4-5',
    prices: [{ input: 1, output: 5, cacheRead: 0.1 }],
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    smallestCacheableTokens: 4096,
    thinking: 'budget',
    forcedTools: true,
    sampling: false,
  },
  {
    id: 'claude-sonnet-5-5',
    prices: [{ input: 2, output: 10, cacheRead: 0.1 }],
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    smallestCacheableTokens: 512,
    thinking: 'adaptive',
    effort: 'medium',
    forcedTools: false,
    sampling: false,
  },
  {
    id: 'claude-sonnet-5',
    prices: [{ input: 2, output: 10, cacheRead: 0.2 }],
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    smallestCacheableTokens: 1024,
    thinking: 'adaptive',
    effort: 'medium',
    sampling: false,
  },
  {
    id: 'claude-opus-5',
    prices: [{ input: 5, output: 25, cacheRead: 0.5 }],
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    smallestCacheableTokens: 512,
    thinking: 'adaptive',
    effort: 'medium',
    sampling: false,
  },
  {
    id: 'claude-opus-5-5',
    prices: [{ input: 4, output: 20, cacheRead: 0.2 }],
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    smallestCacheableTokens: 512,
    thinking: 'always',
    effort: 'medium',
    forcedTools: false,
    sampling: false,
  },
];

/** Undefined for a model that is not in the table. */
export function findModel(id: string): ModelFacts | undefined {
  const undated = id.replace(/-\d{8}$/, '');
  return models.find((model) => model.id === id || model.id === undated);
}
