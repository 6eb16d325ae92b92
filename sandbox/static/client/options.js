// Finds the options that a select menu offers.

import { plainText } from "./text.js";
import { channelName, displayName, channelById, store } from "./store.js";

// Source: docs.slack.dev/reference/block-kit/block-elements/select-menu-element
const DEFAULT_MIN_QUERY = 3; // characters

/**
 * A source is `{minQuery, load(query)}`; `load` resolves to groups of choices
 * `[{label, choices: [{key, text, hint, value}]}]`. `value` is an option object or an id.
 */
export function sourceFor(element, ctx) {
  const kind = element.type.replace(/^multi_/, "");
  return SOURCES[kind](element, ctx);
}

const SOURCES = {
  static_select: (element) => local(() => optionGroups(element)),
  external_select: remote,
  users_select: () => local(() => [{ choices: people() }]),
  channels_select: () => local(() => [{ choices: channels(publicOnly) }]),
  conversations_select: (element) => local(() => [{ choices: channels(filterOf(element)) }]),
};

function local(groups) {
  return { minQuery: 0, load: async (query) => matching(groups(), query) };
}

function remote(element, ctx) {
  const minQuery = element.min_query_length ?? DEFAULT_MIN_QUERY;
  return { isRemote: true, minQuery, load: (query) => loadRemote(element, ctx, query) };
}

async function loadRemote(element, ctx, query) {
  const answer = await ctx.surface.loadOptions(element, ctx.blockId, query);
  if (!answer.ok) throw new Error(answer.error);
  return optionGroups(answer);
}

function optionGroups({ options, option_groups: groups }) {
  if (groups?.length) {
    return groups.map((group) => ({
      label: plainText(group.label), choices: group.options.map(optionChoice),
    }));
  }
  return [{ choices: (options ?? []).map(optionChoice) }];
}

function optionChoice(option) {
  const hint = plainText(option.description);
  return { key: option.value, text: plainText(option.text), hint, value: option };
}

function people() {
  return store.state.users
    .filter((user) => !user.deleted)
    .map((user) => ({
      key: user.user_id, text: displayName(user.user_id), hint: user.title, value: user.user_id,
      user,
    }));
}

function channels(isOffered) {
  return store.state.channels.filter(isOffered).map((channel) => ({
    key: channel.channel_id, text: conversationLabel(channel.channel_id),
    value: channel.channel_id,
  }));
}

function publicOnly(channel) {
  return channel.kind === "channel" && !channel.is_private;
}

/** docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object */
function filterOf({ filter = {} }) {
  return (channel) => {
    if (filter.include && !filter.include.includes(kindOf(channel))) return false;
    return !(filter.exclude_bot_users && isBotConversation(channel));
  };
}

function kindOf(channel) {
  if (channel.kind === "im") return "im";
  return channel.is_private ? "private" : "public";
}

function isBotConversation(channel) {
  const partner = store.state.users.find((user) => user.user_id === channel.user_id);
  return Boolean(partner?.is_bot);
}

export function conversationLabel(channelId) {
  const channel = channelById(channelId);
  if (!channel) return channelId;
  return channel.kind === "im" ? channelName(channel) : `# ${channel.name}`;
}

function matching(groups, query) {
  const words = query.trim().toLowerCase();
  const isMatch = ({ text, hint }) => `${text} ${hint ?? ""}`.toLowerCase().includes(words);
  return groups
    .map((group) => ({ ...group, choices: group.choices.filter(isMatch) }))
    .filter((group) => group.choices.length);
}
