// Runs the emulator of Slack with a seed, the first argument as JSON, until standard
// input ends. Says where it is on standard output.
import { createEmulator } from 'emulate';

const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: JSON.parse(process.argv[2]) } });
console.log(emulator.url.replace('localhost', '127.0.0.1'));
process.stdin.on('end', async () => {
  await emulator.close();
  process.exit();
});
process.stdin.resume();
