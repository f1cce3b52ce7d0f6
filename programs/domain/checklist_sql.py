"""The statement behind the checklist: every item of a program that stands, in one reading."""

# "Stands" and "settled" are as in ItemAnswer; the columns come in the order of checklists.Row.
ROWS = """
SELECT step.number, step.title, step.phase, plan.state,
       item.key, CASE WHEN item.step_id = plan.step_id THEN item.number ELSE '' END, item.text, item.is_critical,
       answer.answer, answer.answer = 'done' OR (answer.answer = 'not_applicable' AND answer.reason <> ''),
       answer.answer = 'done' AND answer.verified_at IS NOT NULL, answer.returned_note <> '',
       answer.due_on, answer.owner_id, coalesce(owner.name, ''),
       (SELECT count(*) FROM programs_evidence piece
        WHERE piece.answer_id = answer.id AND piece.is_current
          AND (piece.expires_on IS NULL OR piece.expires_on >= %(today)s)),
       (SELECT count(*) FROM programs_remark remark
        WHERE remark.answer_id = answer.id AND remark.thread_id IS NULL AND remark.resolved_at IS NULL)
FROM programs_stepplan plan
JOIN programs_guidestep step ON step.id = plan.step_id
JOIN programs_itemanswer answer ON answer.plan_id = plan.id
JOIN programs_guideitem item ON item.id = answer.item_id
LEFT JOIN accounts_user owner ON owner.id = answer.owner_id
WHERE plan.program_id = %(program)s AND (item.step_id = plan.step_id OR answer.is_new)
ORDER BY step.number, answer.is_new, item.position
"""
