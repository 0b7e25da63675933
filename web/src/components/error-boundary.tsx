import { Component } from "react";
import type { ReactNode } from "react";
import { Notice } from "./ui/notice.tsx";

interface ErrorBoundaryProps {
  /** What broke, for a person: "The editor". */
  what: string;
  children: ReactNode;
}

/** Keeps what breaks from taking the page with it; also a part of the page that a newer build has replaced. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="p-4">
        <Notice onRetry={() => location.reload()}>{this.props.what} failed. Reloading the page may help.</Notice>
      </div>
    );
  }
}
