//! What the host and its plugins have in common.

use selene::{Buffer, DecodeError, EncodeError, Message, ReplyTo};

/// What a plugin is asked: the first message that its process gets.
///
/// The bytes are made to be easy in any language: 8 for the process that asks and 8 for the tag of the answer, both in little-endian
/// order, and then the text. A plugin answers by a message with that tag, a zero byte and a text, to that process.
#[derive(Debug)]
pub struct Question {
    pub reply: ReplyTo<Text>,
    pub text: String,
}

/// A text, and nothing around it.
#[derive(Debug)]
pub struct Text(pub String);

impl Message for Question {
    fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
        buffer.extend(self.reply.to_bytes());
        buffer.extend(self.text.bytes());
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Result<Question, DecodeError> {
        let (reply, text) = bytes
            .split_first_chunk()
            .ok_or_else(|| DecodeError::new("a question has 16 bytes or more"))?;
        let Text(text) = Text::decode(text)?;
        let reply = ReplyTo::from_bytes(*reply);
        Ok(Question { reply, text })
    }
}

impl Message for Text {
    fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
        buffer.extend(self.0.bytes());
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Result<Text, DecodeError> {
        let text = String::from_utf8(bytes.to_vec());
        text.map(Text).map_err(DecodeError::new)
    }
}
