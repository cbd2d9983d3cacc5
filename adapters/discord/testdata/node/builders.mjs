// Builds what the adapter sends once more with discord.js's builders, setter by setter,
// which check what they are given. Reads lines of JSON, {name, kind, sent}, and answers
// each with {name, wrong}: what the builders refuse, or make otherwise; empty for neither.
import {
  ActionRowBuilder, ButtonBuilder, ContainerBuilder, ContextMenuCommandBuilder, ModalBuilder, SectionBuilder, SeparatorBuilder,
  SlashCommandBuilder, StringSelectMenuBuilder, TextDisplayBuilder, TextInputBuilder,
} from '@discordjs/builders';
import { createInterface } from 'node:readline';

const button = (c) => {
  const b = new ButtonBuilder().setStyle(c.style).setLabel(c.label).setDisabled(c.disabled);
  if (c.id) b.setId(c.id);
  return c.url ? b.setURL(c.url) : b.setCustomId(c.custom_id);
};

const select = (c) => new StringSelectMenuBuilder().setCustomId(c.custom_id).setPlaceholder(c.placeholder).setDisabled(c.disabled)
  .setOptions(c.options.map((o) => (o.description ? o : { ...o, description: undefined })));

const input = (c) => {
  const i = new TextInputBuilder().setCustomId(c.custom_id).setLabel(c.label).setStyle(c.style).setRequired(c.required).setMaxLength(c.max_length);
  if (c.placeholder) i.setPlaceholder(c.placeholder);
  return c.value ? i.setValue(c.value) : i;
};

const inner = { 2: button, 3: select, 4: input };
const row = (c) => new ActionRowBuilder().setComponents(c.components.map((x) => inner[x.type](x)));
const text = (c) => new TextDisplayBuilder().setContent(c.content);
const section = (c) => new SectionBuilder().addTextDisplayComponents(...c.components.map(text)).setButtonAccessory(button(c.accessory));

const container = (c) => {
  const b = new ContainerBuilder().setAccentColor(c.accent_color).setSpoiler(c.spoiler);
  for (const x of c.components) {
    if (x.type === 10) b.addTextDisplayComponents(text(x));
    else if (x.type === 9) b.addSectionComponents(section(x));
    else if (x.type === 14) b.addSeparatorComponents(new SeparatorBuilder());
    else if (x.type === 1) b.addActionRowComponents(row(x));
    else throw new Error(`a container has no component of type ${x.type}`);
  }
  return b;
};

const top = { 1: row, 9: section, 10: text, 17: container };

const option = (to, o) => {
  const common = (b) => {
    b.setName(o.name).setDescription(o.description).setRequired(o.required ?? false);
    if (o.max_length) b.setMaxLength(o.max_length);
    if (o.min_value !== undefined) b.setMinValue(o.min_value);
    if (o.choices?.length) b.addChoices(...o.choices);
    else if (o.autocomplete) b.setAutocomplete(true);
    return b;
  };
  const add = { 3: 'addStringOption', 4: 'addIntegerOption', 5: 'addBooleanOption', 6: 'addUserOption' }[o.type];
  return to[add](common);
};

const filled = (s) => (sub) => {
  sub.setName(s.name).setDescription(s.description);
  for (const o of s.options ?? []) option(sub, o);
  return sub;
};

const grouped = (s) => (group) => {
  group.setName(s.name).setDescription(s.description);
  for (const inner of s.options) group.addSubcommand(filled(inner));
  return group;
};

const slash = (c) => {
  const b = new SlashCommandBuilder().setName(c.name).setDescription(c.description);
  for (const s of c.options ?? []) {
    if (s.type === 2) b.addSubcommandGroup(grouped(s));
    else b.addSubcommand(filled(s));
  }
  return b;
};

const command = (c) => (c.type === 1 ? slash(c) : new ContextMenuCommandBuilder().setName(c.name).setType(c.type))
  .setContexts(...c.contexts).setIntegrationTypes(...c.integration_types);

const build = {
  message: (m) => ({ components: m.components.map((c) => top[c.type](c).toJSON()) }),
  modal: (m) => new ModalBuilder().setCustomId(m.custom_id).setTitle(m.title).setComponents(m.components.map(row)).toJSON(),
  command: (c) => command(c).toJSON(),
};

// lacking finds what was sent and not built; what says nothing may be left out.
const lacking = (sent, built, path) => {
  if (sent === null || sent === false || sent === '' || (Array.isArray(sent) && sent.length === 0)) return [];
  if (typeof sent !== 'object') return sent === built ? [] : [`${path}: ${JSON.stringify(sent)} is built as ${JSON.stringify(built)}`];
  return Object.keys(sent).flatMap((k) => lacking(sent[k], built?.[k], `${path}.${k}`));
};

for await (const line of createInterface({ input: process.stdin })) {
  const { name, kind, sent } = JSON.parse(line);
  const whole = kind === 'message' ? { components: sent.components } : sent;
  let wrong;
  try {
    wrong = lacking(whole, JSON.parse(JSON.stringify(build[kind](sent))), kind).join('; ');
  } catch (e) {
    wrong = String(e.message ?? e);
  }
  console.log(JSON.stringify({ name, wrong }));
}
