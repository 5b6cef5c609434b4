import { useState, type SubmitEvent } from "react";
import { Wordmark } from "../shell/Wordmark";

interface Props {
  notice: string | null;
  onSignIn: (token: string) => void;
}

export function SignIn({ notice, onSignIn }: Props) {
  const [token, setToken] = useState("");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const given = token.trim().replace(/^Bearer\s+/i, "");
    if (given) onSignIn(given);
  }

  return (
    <main className="gate">
      <form className="gate-card" onSubmit={submit}>
        <Wordmark />
        <h1>Sign in</h1>
        {notice && <p role="alert" className="note note-warn">{notice}</p>}
        <label htmlFor="token">Token or API key</label>
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          value={token}
          onChange={(event) => { setToken(event.target.value); }}
        />
        <button type="submit" className="primary">Sign in</button>
        <p className="hint">
          A token is printed by <code>wisplink token</code>, an API key is made under “API keys”. It stays in this
          tab and is forgotten when you close it.
        </p>
      </form>
    </main>
  );
}
