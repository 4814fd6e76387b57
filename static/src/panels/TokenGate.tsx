// The server wants a token: ask for it, once for the browser.
import { useState } from "react";
import { giveToken } from "../stores/libraryStore";
import { Button } from "../ui/Button";
import { Logo } from "../ui/Logo";

export function TokenGate({ onOpen }: { onOpen(): void }) {
  const [token, setToken] = useState("");
  const [isWrong, setWrong] = useState(false);
  const send = () => {
    giveToken(token.trim()).then(onOpen, () => setWrong(true));
  };
  return (
    <main className="gate">
      <form
        className="gate-card"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <span className="brand">
          <Logo />
          GlassMQ
        </span>
        <h1>This server asks for its token</h1>
        <p>It was printed where the server was started. The browser keeps it as a cookie.</p>
        <div className="row">
          <input
            className="input mono"
            type="password"
            aria-label="Token"
            aria-invalid={isWrong || undefined}
            autoComplete="current-password"
            value={token}
            onChange={(event) => {
              setToken(event.target.value);
              setWrong(false);
            }}
          />
          <Button look="primary" type="submit">
            Open
          </Button>
        </div>
        {isWrong && <p role="alert">That is not the token.</p>}
      </form>
    </main>
  );
}
