// What the adapter sends, in the words of Slack's own types. Those of blocks and views
// let any object with a type pass for a block; here only the blocks that Slack has do.
import type { HomeView, KnownBlock, ModalView, PlainTextOption } from '@slack/types';

export type { Manifest } from '@slack/web-api/dist/types/request/manifest';

export interface Message {
  text: string;
  blocks: KnownBlock[];
}

type Known<View> = Omit<View, 'blocks'> & { blocks: KnownBlock[] };

export type Home = Known<HomeView>;
export type Modal = Known<ModalView>;

export interface Options {
  options: PlainTextOption[];
}
