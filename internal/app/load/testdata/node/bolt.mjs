// Answers every /arch with the same, by @slack/bolt, until standard input ends. The
// arguments are the signing secret and the answer as JSON. Says where it listens on
// standard output. It is as lean as Bolt can be: no workspace is looked up, nothing kept.
import bolt from '@slack/bolt';

const [secret, answer] = process.argv.slice(2);
const { App, HTTPReceiver, LogLevel } = bolt;
const receiver = new HTTPReceiver({ signingSecret: secret, endpoints: ['/slack/commands'], logLevel: LogLevel.ERROR });
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: 'xoxb-none', botId: 'B1', botUserId: 'UB1' }),
});
const fixed = JSON.parse(answer);
app.command('/arch', async ({ ack }) => ack(fixed));

const server = await app.start({ port: 0, host: '127.0.0.1' });
console.log(`127.0.0.1:${server.address().port}`);
process.stdin.on('end', () => process.exit());
process.stdin.resume();
