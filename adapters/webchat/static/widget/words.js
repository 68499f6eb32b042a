// What the widget itself says. The shop's own words come from the server.
const ZH = {
  title: "在线客服",
  open: "打开在线客服",
  unread: (count) => `打开在线客服，${count} 条新消息`,
  close: "关闭聊天",
  log: "聊天记录",
  field: "输入您的问题",
  placeholder: "请输入您的问题…",
  send: "发送",
  suggestions: "常见问题",
  typing: "正在输入",
  slow: "正在为您查询，请稍候…",
  sending: "发送中",
  sent: "已送达",
  failed: "发送失败",
  retry: "重试",
  tooFast: "发送太快，请稍后重试",
  refused: "这条消息无法发送",
  reconnecting: "连接已断开，正在重新连接…",
  sources: (count) => `参考资料 ${count} 条`,
  me: "我",
  bot: "客服",
  modes: { faq: "知识库应答", model: "智能应答", starting: "模型启动中" },
};

const EN = {
  title: "Customer service",
  open: "Open the chat",
  unread: (count) => `Open the chat, ${count} new`,
  close: "Close the chat",
  log: "Conversation",
  field: "Your question",
  placeholder: "Type your question…",
  send: "Send",
  suggestions: "Common questions",
  typing: "Typing",
  slow: "Looking it up, one moment…",
  sending: "Sending",
  sent: "Delivered",
  failed: "Not sent",
  retry: "Retry",
  tooFast: "Too fast, try again shortly",
  refused: "This message can't be sent",
  reconnecting: "Connection lost, reconnecting…",
  sources: (count) => (count === 1 ? "1 source" : `${count} sources`),
  me: "You",
  bot: "Service",
  modes: { faq: "Knowledge base", model: "AI assistant", starting: "Model starting" },
};

export function wordsFor(language) {
  return (language || "zh").toLowerCase().startsWith("zh") ? ZH : EN;
}
