//! The attributes of the crate `selene`: use them from there.
//!
//! They read a function's tokens by hand: no parser is compiled for a few attributes.
#![deny(missing_docs)]

mod function;

use function::{Function, ITEM, RETURNS};
use proc_macro::{Literal, TokenStream, TokenTree};

/// Makes a function the program's first process.
///
/// The function is called `main` and takes nothing, or the `Mailbox` of its process. It may return whatever a
/// Rust `main` may return.
///
/// ```ignore
/// #[selene::main]
/// fn main(mailbox: selene::Mailbox<String>) {
///     println!("{}", mailbox.receive());
/// }
/// ```
#[proc_macro_attribute]
pub fn main(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand(attribute, item, |function| {
        if function.name != "main" {
            return Err("#[selene::main] belongs on the function `main`".into());
        }
        let call = function.call();
        Ok(format!(
            "fn main() {RETURNS} {{ {ITEM} ::selene::__private::enter(); {call} }}"
        ))
    })
}

/// Makes a function a test, run by `cargo test` in a process and an environment of its own.
///
/// The function takes nothing, or the `Mailbox` of its process, and returns nothing or a `Result`, whose `Err` fails
/// the test. `#[ignore]` and `#[should_panic(expected = "...")]` mean what they mean to Rust's own tests.
///
/// ```ignore
/// #[selene::test]
/// #[should_panic(expected = "divide by zero")]
/// fn division() {
///     let zero = std::hint::black_box(0);
///     println!("{}", 1 / zero);
/// }
/// ```
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand(attribute, item, |function| {
        let mut marks = String::new();
        if function.ignored {
            marks.push_str("#ignore_");
        }
        if let Some(expected) = &function.should_panic {
            marks.push_str("#panic_");
            marks.push_str(&expected.replace('#', "\\#"));
            marks.push('#');
        }
        let prefix = Literal::string(&format!("#lunatic_test_{marks}"));
        let name = &function.name;
        let call = function.call();
        Ok(format!(
            "#[cfg(test)] #[unsafe(export_name = concat!({prefix}, module_path!(), \"::{name}\"))] \
             extern \"C\" fn {name}() {{ \
                 {ITEM} ::selene::__private::enter(); ::selene::__private::TestOutcome::check({call}) \
             }}"
        ))
    })
}

/// Makes a function the beginning of a process, for programs that load this one as a module at runtime.
///
/// The module exports it under its own name; others spawn it by [`Spawn::function`], without arguments. It takes nothing, or
/// the [`Mailbox`] of its process, and returns nothing.
///
/// ```ignore
/// #[selene::export]
/// fn upper(mailbox: selene::Mailbox<(String, selene::ReplyTo<String>)>) {
///     let (text, reply) = mailbox.receive();
///     reply.send(text.to_uppercase());
/// }
/// ```
///
/// [`Mailbox`]: https://docs.rs/selene/latest/selene/struct.Mailbox.html
/// [`Spawn::function`]: https://docs.rs/selene/latest/selene/struct.Spawn.html#method.function
#[proc_macro_attribute]
pub fn export(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand(attribute, item, |function| {
        let name = Literal::string(function.name.trim_start_matches("r#"));
        let call = function.call();
        Ok(format!(
            "{ITEM} const _: () = {{ \
                 #[unsafe(export_name = {name})] \
                 extern \"C\" fn exported() {{ ::selene::__private::enter(); let () = {call}; }} \
             }};"
        ))
    })
}

fn expand(
    attribute: TokenStream,
    item: TokenStream,
    write: impl FnOnce(&Function) -> Result<String, String>,
) -> TokenStream {
    let span = item.clone().into_iter().next().map(|token| token.span());
    let expansion = if attribute.is_empty() {
        Function::parse(item.clone()).and_then(|function| Ok(function.expand(&write(&function)?)))
    } else {
        Err("this attribute takes no arguments".into())
    };
    expansion.unwrap_or_else(|message| {
        let error: TokenStream =
            format!("::core::compile_error! {{ {} }}", Literal::string(&message))
                .parse()
                .expect("a literal in a macro call");
        let spanned = error.into_iter().map(|mut token: TokenTree| {
            if let Some(span) = span {
                token.set_span(span);
            }
            token
        });
        spanned.chain(item).collect()
    })
}
