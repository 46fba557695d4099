"use client";
import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  // A picture's address could carry what was read in the room to somebody else, so it is never fetched.
  img: ({ src, alt }) => <span>{alt || String(src ?? "")}</span>,
  table: ({ children }) => (
    <div className="my-2 overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  // The page has its own headings; those of a message are below them.
  h1: ({ children }) => <h5>{children}</h5>,
  h2: ({ children }) => <h5>{children}</h5>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h5>{children}</h5>,
};

/** Text of an employee. HTML in it stays text. */
export const MarkdownText = memo(function MarkdownText({ text }: { text: string }) {
  return (
    <div className="prose-chat">
      <Markdown remarkPlugins={plugins} components={components} skipHtml={false}>
        {text}
      </Markdown>
    </div>
  );
});
