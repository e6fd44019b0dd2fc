// Independent peers: npm `vnpay` and `vietnam-qr-pay`. Reads one JSON job from stdin, writes one JSON answer.
const { VNPay, HashAlgorithm, ignoreLogger } = require("vnpay");
const { QRPay } = require("vietnam-qr-pay");

const job = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const vnpay = new VNPay({
  tmnCode: job.tmn,
  secureSecret: job.secret,
  vnpayHost: "https://vnpay.example",
  testMode: true,
  hashAlgorithm: HashAlgorithm.SHA512,
  loggerFn: ignoreLogger,
});
const decoded = (query) => Object.fromEntries(new URLSearchParams(query));

// Their own calls go nowhere: what they send is kept, and the answer that we signed is given.
const sent = [];
global.fetch = async (_url, init) => {
  const message = JSON.parse(init.body);
  sent.push(message);
  return { ok: true, json: async () => ({ ...job.answers[message.vnp_Command] }) };
};

const answer = async () => ({
  // What we signed, judged by them.
  verified: job.queries.map((query) => {
    const told = vnpay.verifyIpnCall(decoded(query));
    return [told.isVerified, told.isSuccess, told.vnp_Amount];
  }),
  // What they sign, for us to judge.
  urls: job.notes.map((note, place) =>
    vnpay.buildPaymentUrl({
      vnp_Amount: 25000 + place,
      vnp_IpAddr: "203.0.113.10",
      vnp_TxnRef: "HS" + place,
      vnp_OrderInfo: note,
      vnp_OrderType: "other",
      vnp_ReturnUrl: "https://motcua.example.vn/vnpay/return?x=1",
      vnp_Locale: "vn",
    }),
  ),
  read: job.codes.map((code) => {
    const qr = new QRPay(code);
    return [qr.isValid, qr.consumer.bankBin, qr.consumer.bankNumber, qr.amount || "", qr.additionalData.purpose || ""];
  }),
  built: job.transfers.map(([bankBin, bankNumber, amount, purpose]) =>
    QRPay.initVietQR({ bankBin, bankNumber, amount: amount || undefined, purpose: purpose || undefined }).build(),
  ),
  asked: await vnpay.queryDr(job.query),
  refunded: await vnpay.refund(job.refund),
  sent,
});
answer().then((made) => process.stdout.write(JSON.stringify(made)));
