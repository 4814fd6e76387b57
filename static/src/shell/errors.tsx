// A fault of ours in drawing the page: say so, keep the drawing safe, offer the way back.
import { Component, type ReactNode } from "react";
import { Button } from "../ui/Button";

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: Error): ErrorBoundaryState {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main className="gate">
        <div className="gate-card" role="alert">
          <h1>The page has a fault</h1>
          <p>
            What you drew is kept by the server, and a run goes on. Loading the page again brings it back.
          </p>
          <p className="mono">{error.message}</p>
          <div className="row">
            <Button look="primary" onClick={() => location.reload()}>
              Load again
            </Button>
            <Button
              onClick={() => void navigator.clipboard?.writeText(`${error.message}\n${error.stack ?? ""}`)}
            >
              Copy details
            </Button>
          </div>
        </div>
      </main>
    );
  }
}
