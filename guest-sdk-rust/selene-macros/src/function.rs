//! What the attributes need to know about the function below them.

use proc_macro::{Delimiter, Group, Literal, Spacing, TokenStream, TokenTree};

/// Stand in a written expansion for the user's own tokens, which keep their places in error messages.
pub const ITEM: &str = "__selene_item";
pub const RETURNS: &str = "__selene_returns";

pub struct Function {
    pub name: String,
    pub ignored: bool,
    /// Whether and with which text the function has to panic; empty for any text.
    pub should_panic: Option<String>,
    has_parameter: bool,
    /// `-> Type`, or nothing.
    returns: TokenStream,
    /// The function without `#[ignore]` and `#[should_panic]`.
    item: TokenStream,
}

impl Function {
    pub fn parse(item: TokenStream) -> Result<Function, String> {
        let mut tokens = item.into_iter().peekable();
        let mut kept: Vec<TokenTree> = Vec::new();
        let mut ignored = false;
        let mut should_panic = None;
        // Attributes and whatever else stands before `fn`.
        loop {
            match tokens.next() {
                Some(TokenTree::Punct(hash)) if hash.as_char() == '#' => {
                    let Some(TokenTree::Group(attribute)) = tokens.next() else {
                        return Err("expected a function".into());
                    };
                    let mut inside = attribute.stream().into_iter();
                    match inside.next().map(|name| name.to_string()).as_deref() {
                        Some("ignore") => ignored = true,
                        Some("should_panic") => should_panic = Some(expected_panic(inside)?),
                        _ => kept.extend([TokenTree::Punct(hash), TokenTree::Group(attribute)]),
                    }
                }
                Some(TokenTree::Ident(word)) if word.to_string() == "fn" => {
                    kept.push(TokenTree::Ident(word));
                    break;
                }
                Some(TokenTree::Ident(word)) if word.to_string() == "async" => {
                    return Err(
                        "processes are not async: they may block, others go on meanwhile".into(),
                    );
                }
                Some(token) => kept.push(token),
                None => return Err("this attribute belongs on a function".into()),
            }
        }
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return Err("expected the function's name".into());
        };
        let name_text = name.to_string();
        kept.push(TokenTree::Ident(name));
        let parameters = match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group,
            _ => return Err("the function must not be generic".into()),
        };
        if count_parameters(parameters.stream()) > 1 {
            return Err("expected no parameter, or one: the process's Mailbox".into());
        }
        let has_parameter = !parameters.stream().is_empty();
        kept.push(TokenTree::Group(parameters));
        let rest: Vec<TokenTree> = tokens.collect();
        let returns = rest[..rest.len().saturating_sub(1)]
            .iter()
            .cloned()
            .collect();
        kept.extend(rest);
        Ok(Function {
            name: name_text,
            ignored,
            should_panic,
            has_parameter,
            returns,
            item: kept.into_iter().collect(),
        })
    }

    /// The call of the function itself, with the process's mailbox when it takes one.
    pub fn call(&self) -> String {
        if self.has_parameter {
            format!("{}(::selene::__private::mailbox())", self.name)
        } else {
            format!("{}()", self.name)
        }
    }

    /// An expansion, with the user's tokens in place of their stand-ins.
    pub fn expand(&self, written: &str) -> TokenStream {
        self.splice(written.parse().expect("the attributes write Rust"))
    }

    fn splice(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|token| match token {
                TokenTree::Ident(word) if word.to_string() == ITEM => self.item.clone(),
                TokenTree::Ident(word) if word.to_string() == RETURNS => self.returns.clone(),
                TokenTree::Group(group) => {
                    let mut spliced = Group::new(group.delimiter(), self.splice(group.stream()));
                    spliced.set_span(group.span());
                    TokenTree::Group(spliced).into()
                }
                other => other.into(),
            })
            .collect()
    }
}

/// What follows the name in `should_panic`, `should_panic = "text"` or `should_panic(expected = "text")`.
fn expected_panic(mut rest: impl Iterator<Item = TokenTree>) -> Result<String, String> {
    const FORM: &str = "write #[should_panic] or #[should_panic(expected = \"text\")]";
    match rest.next() {
        None => Ok(String::new()),
        Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => match rest.next() {
            Some(TokenTree::Literal(text)) => unquote(&text),
            _ => Err(FORM.into()),
        },
        Some(TokenTree::Group(group)) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            match &inside[..] {
                [
                    TokenTree::Ident(word),
                    TokenTree::Punct(_),
                    TokenTree::Literal(text),
                ] if word.to_string() == "expected" => unquote(text),
                _ => Err(FORM.into()),
            }
        }
        Some(_) => Err(FORM.into()),
    }
}

/// The text of a plain string literal.
fn unquote(literal: &Literal) -> Result<String, String> {
    let source = literal.to_string();
    let inner = source
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or("expected a plain string in quotes")?;
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(quoted @ ('\\' | '"' | '\'')) => text.push(quoted),
            _ => {
                return Err(
                    "only \\n, \\t, \\\\ and \\\" may be escaped in the expected text".into(),
                );
            }
        }
    }
    Ok(text)
}

/// How many parameters a list has: commas between generic arguments do not count.
fn count_parameters(list: TokenStream) -> usize {
    let mut depth = 0_i32;
    let mut parameters = 0;
    let mut in_parameter = false;
    let mut arrow = false;
    for token in list {
        if let TokenTree::Punct(mark) = &token {
            match mark.as_char() {
                '<' => depth += 1,
                '>' if !arrow => depth -= 1,
                ',' if depth == 0 => {
                    in_parameter = false;
                    continue;
                }
                _ => {}
            }
            arrow = mark.as_char() == '-' && mark.spacing() == Spacing::Joint;
        } else {
            arrow = false;
        }
        if !in_parameter {
            in_parameter = true;
            parameters += 1;
        }
    }
    parameters
}
