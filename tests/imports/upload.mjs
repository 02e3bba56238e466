// Uploads a file by tus-js-client as it is: node upload.mjs {address, token, file, options}; prints its URL when done.
// A progress line goes to stderr each time more has been taken. What was begun is found again by a file of URLs.
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'

const { library, address, token, file, urls, options } = JSON.parse(process.argv[2])
const tus = createRequire(library)('tus-js-client')

const upload = new tus.Upload(createReadStream(file), {
  endpoint: address,
  headers: { 'X-Session-Token': token },
  metadata: { filename: 'ratings.csv' },
  retryDelays: [200, 500, 1000, 2000, 3000, 5000, 5000],
  urlStorage: new tus.FileUrlStorage(urls),
  onProgress: (sent, all) => process.stderr.write(`${sent}\n`),
  onError: (error) => {
    process.stderr.write(`${error}\n`)
    process.exit(1)
  },
  onSuccess: () => process.stdout.write(`${upload.url}\n`),
  ...options,
})
for (const previous of await upload.findPreviousUploads()) upload.resumeFromPreviousUpload(previous)
upload.start()
