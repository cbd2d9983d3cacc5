// What the adapter sends, in the words of discord.js's types of Discord's API.
import type { APIModalInteractionResponseCallbackData, RESTPostAPIApplicationCommandsJSONBody, RESTPostAPIChannelMessageJSONBody } from 'discord-api-types/v10';

export type Command = RESTPostAPIApplicationCommandsJSONBody;
// The type of flags has room for one, where any sum of them is meant.
export type Message = Omit<RESTPostAPIChannelMessageJSONBody, 'flags'> & { flags: number };
export type Modal = APIModalInteractionResponseCallbackData;
